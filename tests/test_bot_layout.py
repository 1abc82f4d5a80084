"""Cards in Discord: within its limits for any input, all that matters shown, what is left out said."""

import json
import time
import timeit
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import LOOKS, Button, Card, Reply
from bot.layout import MAX_COMPONENTS, MAX_PLAIN, MAX_TEXT, draw_alert, draw_reply, plain, plain_alert
from bot.markup import size
from handlers.model import Stance

OPENAPI = Path(__file__).parents[2] / "shared" / "discord-openapi.json"

CARD = Card(
    heading="Ali Khamenei → United States",
    stance=Stance.REJECTS,
    role="Supreme Leader of Iran · has the final word",
    quote="We will not negotiate with America.",
    is_direct=True,
    lines=("Said Wednesday 29 May 2019 · Reuters, Sputnik (2 sources) · confidence high",),
    buttons=(Button("Article", url="https://example.org/a"), Button("Evidence", action="evidence:17:alert:4")),
)

# Each drawn text costs a few characters; to fill a message, a few must be huge.
words = st.one_of(
    st.text(max_size=30),
    st.builds(lambda piece, times: piece * times, st.sampled_from(("@everyone ", "no ", "𝕏", "*", "\n")), st.integers(0, 1500)),
)
buttons = st.builds(
    Button,
    label=words,
    url=st.none() | st.sampled_from(("https://example.org/a", "javascript:x", "https://example.org/" + "a" * 480)),
    action=st.none() | st.sampled_from(("evidence:1", "evidence:2", "x" * 101, "")),
)
cards = st.builds(
    Card,
    heading=words,
    stance=st.none() | st.sampled_from(Stance),
    role=st.none() | words,
    quote=st.none() | words,
    is_direct=st.booleans(),
    condition=st.none() | words,
    lines=st.lists(words, max_size=12).map(tuple),
    buttons=st.lists(buttons, max_size=7).map(tuple),
    source=st.none() | words,
)
replies = st.builds(
    Reply,
    title=words,
    cards=st.lists(cards, max_size=12).map(tuple),
    lines=st.lists(words, max_size=40).map(tuple),
    footnote=st.none() | words,
    buttons=st.lists(buttons, max_size=7).map(tuple),
)


def components(view: discord.ui.LayoutView) -> list[dict[str, Any]]:
    """Every component as it is sent, nested ones too."""

    def walk(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for part in parts:
            yield part
            yield from walk(part.get("components", []))

    return list(walk(json.loads(json.dumps(view.to_components()))))


def text_of(view: discord.ui.LayoutView) -> str:
    return "\n".join(part["content"] for part in components(view) if part["type"] == 10)


def check(view: discord.ui.LayoutView) -> None:
    """What Discord refuses a message for."""
    parts = components(view)
    assert 1 <= len(parts) <= MAX_COMPONENTS
    assert sum(size(part["content"]) for part in parts if part["type"] == 10) <= MAX_TEXT
    assert all(part["content"].strip() for part in parts if part["type"] == 10)
    assert all(1 <= len(part["components"]) <= 5 for part in parts if part["type"] == 1)
    assert all(part["components"] for part in parts if part["type"] == 17)
    drawn = [part for part in parts if part["type"] == 2]
    assert all(1 <= size(part["label"]) <= 80 and bool(part.get("url")) != bool(part.get("custom_id")) for part in drawn)
    ids = [part["custom_id"] for part in drawn if part.get("custom_id")]
    assert len(set(ids)) == len(ids)
    assert all(len(custom_id) <= 100 for custom_id in ids)


@settings(max_examples=60, deadline=None)
@given(replies)
def test_no_reply_exceeds_what_discord_takes(reply: Reply) -> None:
    view = draw_reply(reply)
    check(view)
    boxes = [part for part in components(view) if part["type"] == 17]
    assert len(boxes) >= min(1, len(reply.cards))
    left_out = len(reply.cards) - len(boxes)
    assert (f"… and {left_out} more" in text_of(view).splitlines()) == bool(left_out)


@settings(max_examples=60, deadline=None)
@given(cards, st.none() | st.integers(1, 2**63))
def test_no_alert_exceeds_what_discord_takes(card: Card, role_id: int | None) -> None:
    check(draw_alert(card, role_id=role_id))


@settings(max_examples=25, deadline=None)
@given(replies, st.integers(13, 60))
def test_no_long_reply_exceeds_what_discord_takes(reply: Reply, count: int) -> None:
    check(draw_reply(replace(reply, cards=(reply.cards * count)[:count])))


@settings(max_examples=25, deadline=None)
@given(replies)
def test_plain_text_keeps_to_its_limit(reply: Reply) -> None:
    text = plain(reply)
    assert text.strip()
    assert size(text) <= MAX_PLAIN


def test_an_alert_reads_like_this() -> None:
    box = draw_alert(CARD, role_id=None).to_components()[0]
    assert box["accent_color"] == LOOKS[Stance.REJECTS].colour
    text, row = box["components"]
    assert text["content"].splitlines() == [
        "### ⛔ REJECTS · Ali Khamenei → United States",
        "-# Supreme Leader of Iran · has the final word",
        "> “We will not negotiate with America.”",
        "Said Wednesday 29 May 2019 · Reuters, Sputnik (2 sources) · confidence high",
    ]
    assert [button.get("url") or button.get("custom_id") for button in row["components"]] == [
        "https://example.org/a",
        "evidence:17:alert:4",
    ]


def test_reported_words_stand_without_quotation_marks_under_the_outlets_name() -> None:
    card = replace(CARD, quote="Khamenei ruled out talks.", is_direct=False, source="Reuters", condition="ever")
    text = text_of(draw_alert(card, role_id=None))
    assert "Reuters reports:\n> Khamenei ruled out talks.\n**Condition:** ever" in text
    assert "“" not in text


def test_a_role_is_called_in_a_text_of_its_own() -> None:
    first = draw_alert(CARD, role_id=99).to_components()[0]
    assert (first["type"], first["content"]) == (10, "<@&99>")


def test_foreign_text_calls_nobody() -> None:
    hostile = "@everyone <@&99> [x](https://evil.example) <t:1:R>"
    card = replace(CARD, heading=hostile, role=hostile, quote=hostile, condition=hostile, lines=(hostile,), source=hostile)
    for text in (text_of(draw_alert(card, role_id=None)), plain(Reply(hostile, (card,), (hostile,), hostile))):
        assert "@everyone" not in text
        assert "<@" not in text
        assert "](" not in text
        assert "https://evil" not in text
        assert "<t:" not in text


def test_a_page_of_long_statements_is_shown_whole() -> None:
    long_card = replace(CARD, quote="We will not negotiate with America. " * 60)
    page = tuple(
        replace(long_card, heading=f"Speaker {n}", buttons=(CARD.buttons[0], Button("Evidence", action=f"evidence:{n}")))
        for n in range(1, 6)
    )
    turn = (Button("Newest", action="page:ab:0"), Button("Older", action="page:ab:5"))
    view = draw_reply(Reply("Statements", page, ("5,000 statements, newest first.",), "Searched 9 articles.", turn))
    text = text_of(view)
    assert all(f"Speaker {n}" in text for n in range(1, 6))
    assert "more" not in text
    assert text.count(r"\[…\]") == 5


@pytest.mark.parametrize(("count", "shown"), [(18, 18), (19, 19), (20, 19), (400, 19)])
def test_as_many_cards_are_shown_as_a_message_takes(count: int, shown: int) -> None:
    """Each takes two components of the forty, the title one, the word about the others one."""
    text = text_of(draw_reply(Reply("Watches", tuple(Card(f"watch {n}") for n in range(count)))))
    assert text.count("### watch") == shown
    assert (f"… and {count - shown} more" in text) == (count > shown)


@pytest.mark.parametrize("quote", ["No.", "We will not negotiate with America. " * 60])
def test_many_cards_are_drawn_at_once(quote: str) -> None:
    """Drawing runs on the event loop. Each candidate drawn anew would take 20 s."""
    reply = Reply("Statements", (replace(CARD, quote=quote),) * 400)
    for draw in (draw_reply, plain):
        assert min(timeit.repeat(lambda draw=draw: draw(reply), timer=time.process_time, number=1, repeat=2)) < 0.1


def test_lines_that_do_not_fit_are_counted() -> None:
    lines = tuple(f"line {n} " + "x" * 80 for n in range(100))
    text = text_of(draw_reply(Reply("Feeds", lines=lines)))
    shown = sum(line.startswith("line") for line in text.splitlines())
    assert 30 < shown < 100
    assert text.endswith(f"… and {100 - shown} more lines")


def test_an_empty_reply_says_so() -> None:
    assert text_of(draw_reply(Reply(" \u200b"))) == "Nothing to show."
    assert plain(Reply("", buttons=(Button("Older", action="page:ab:5"),))) == "Nothing to show."


def test_a_neutral_card_has_no_colour_and_no_stance() -> None:
    box = draw_reply(Reply("Watches", (Card("3 · Iran → United States"),))).to_components()[1]
    assert not box.get("accent_color")
    assert box["components"][0]["content"] == "### 3 · Iran → United States"


def test_a_plain_alert_holds_the_words_and_the_link() -> None:
    text = plain_alert(CARD)
    assert text.startswith("### ⛔ REJECTS · Ali Khamenei → United States")
    assert "“We will not negotiate with America.”" in text
    assert text.endswith("<https://example.org/a>")


async def test_a_drawn_view_is_not_kept_in_memory_after_sending() -> None:
    view = draw_alert(CARD, role_id=None)
    assert view.timeout is None
    assert view.is_finished()


@pytest.mark.skipif(not OPENAPI.exists(), reason="Discord's API description is not at hand")
def test_what_is_sent_is_valid_by_discords_own_description() -> None:
    schema = {"$ref": "#/components/schemas/ContainerComponentForMessageRequest", **json.loads(OPENAPI.read_text())}
    jsonschema.Draft202012Validator(schema).validate(draw_alert(CARD, role_id=None).to_components()[0])
