"""Foreign text in a Discord message: the same words to read, and nothing that acts."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.markup import CUT, clean, escape, fit, shorten, size

# Pieces that act in Discord, so that random texts are made of what an attacker would write.
HOSTILE = (
    "@everyone", "@here", "<@1>", "<@!1>", "<@&2>", "<#3>", "</stance:4>", "</watch add:4>", "<t:1:R>", "<:x:5>", "<a:x:5>",
    "<id:home>", "[a](http://b.c)", "](", "https://evil.example/a", "discord.gg/abc", "`", "```", "||", "**", "__", "~~", "*",
    "_", "# ", "-# ", "> ", ">>> ", "- ", "1. ", "\\", "\\\\", "\n", "\r\n", "\u2028", "\x00", "\x1b[31m", "\u202e", "\u2066",
    "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041", "\ud800", "a", "talks ", " ", "é", "گفت\u200cوگو", "🤝",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=4)), max_size=25).map("".join)


def rendered(source: str) -> tuple[str, str]:
    """What Discord shows, and the same with every character that a backslash disarms taken out: what can still act."""
    shown: list[str] = []
    live: list[str] = []
    index = 0
    while index < len(source):
        char = source[index]
        following = source[index + 1 : index + 2]
        if char == "\\" and following and not following.isalnum() and not following.isspace():
            shown.append(following)
            live.append("\x00")
            index += 2
            continue
        shown.append(char)
        live.append(char)
        index += 1
    return "".join(shown), "".join(live)


ACTS = re.compile(
    r"[`*_~|]|<[@#/:tai]|\]\(|\[|https?://|@(?:everyone|here)|<\w+:|discord\.gg|^\s*(?:[#>+-]|\d+[.)])|\n", re.IGNORECASE
)


@given(texts)
@example("1. talks")
@example("-# small")
def test_nothing_in_foreign_text_acts(text: str) -> None:
    escaped = escape(text)
    _, live = rendered(escaped)
    assert not ACTS.search(live), escaped
    # Discord looks for mentions in the raw text, escaped or not.
    assert not re.search(r"@(?:everyone|here)|<@[!&]?\d|<#\d|<t:\d|</\w|https?://", escaped, re.IGNORECASE)


@given(texts)
def test_a_reader_sees_the_same_words(text: str) -> None:
    shown, _ = rendered(escape(text))
    assert shown.replace("@\u200b", "@") == clean(text)


@given(texts)
def test_cleaned_text_hides_nothing(text: str) -> None:
    cleaned = clean(text)
    joiners = {"\u200c", "\u200d"}
    assert all(char in joiners or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in cleaned)
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode()  # no lone surrogate is left, which no request could carry


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("no\u202e talks", "no talks"),
        ("no\x1b[31m talks\x1b[0m", "no talks"),
        ("no\x1b]8;;http://x\x1b\\ talks", "no talks"),
        ("no\x1b]0;title\x07 talks", "no talks"),
        ("an \x1b] that never ends", "an that never ends"),
        ("ev\u200deryone", "everyone"),
        ("می\u200cخواهد", "می\u200cخواهد"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\u3164b", "a b"),
        ("two\n\nlines\tand\u00a0more", "two lines and more"),
        ("", ""),
    ],
)
def test_unseen_characters_go_and_words_stay(text: str, seen: str) -> None:
    assert clean(text) == seen


@given(texts, st.integers(60, 400))
def test_fitted_text_keeps_to_its_room(text: str, limit: int) -> None:
    assert size(fit(text * 3, limit)) <= limit


@given(st.text(alphabet="ab é…", max_size=300), st.integers(20, 120))
def test_a_cut_text_is_verbatim_on_both_sides_of_the_mark(text: str, limit: int) -> None:
    cut = shorten(text, limit)
    assert len(cut) <= limit
    if cut != text:
        head, mark, tail = cut.partition(CUT)
        assert mark
        assert text.startswith(head)
        assert text.endswith(tail)


def test_a_cut_falls_between_words() -> None:
    text = "They shall never sit down with the league because the league has broken every promise of the spring"
    head, _, tail = shorten(text, 60).partition(CUT)
    assert text.startswith(head + " ")
    assert text.endswith(" " + tail)


@pytest.mark.parametrize("text", ["U.S. (again): no, 3.5 % of #1 talks/meetings", "Said at 12:30; see a.b/c"])
def test_what_does_not_act_has_no_backslash(text: str) -> None:
    assert escape(text) == text


def test_a_short_text_is_left_alone() -> None:
    assert fit("We will not negotiate.", 60) == "We will not negotiate."
