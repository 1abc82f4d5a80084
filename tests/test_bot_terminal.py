"""Cards in a terminal: readable at any width, in colour or without, and deaf to what foreign text orders."""

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.cards import LOOKS, Button, Card, Reply
from bot.terminal import Screen, draw_card, draw_reply
from handlers.model import Stance

CARD = Card(
    heading="Mohammad Javad Zarif → United States",
    stance=Stance.CONDITIONAL,
    role="Foreign Minister of Iran",
    quote="The door is not closed once sanctions are lifted.",
    is_direct=True,
    condition="once sanctions are lifted",
    lines=("Said Wednesday 29 May 2019 · Reuters (1 source) · confidence high",),
    buttons=(Button("Article", url="https://example.org/" + "a" * 60), Button("Evidence", action="evidence:17")),
)


def a_console(*, width: int = 80, is_terminal: bool = False, no_color: bool = False, encoding: str = "utf-8") -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    return Console(
        file=file, width=width, force_terminal=is_terminal, no_color=no_color, color_system="truecolor" if is_terminal else None
    )


def printed(console: Console) -> str:
    console.file.seek(0)
    return console.file.read()


def drawn(card: Card, *, width: int = 80, is_terminal: bool = False, no_color: bool = False) -> str:
    console = a_console(width=width, is_terminal=is_terminal, no_color=no_color)
    console.print(draw_card(card))
    return printed(console)


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("stance", [*Stance, None])
def test_a_card_fits_the_width_and_holds_every_word(width: int, stance: Stance | None) -> None:
    text = drawn(replace(CARD, stance=stance), width=width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    content = " ".join(line.strip("|+- ") for line in text.splitlines())
    assert "Mohammad Javad Zarif → United States" in content
    assert "“The door is not closed once sanctions are lifted.”" in content
    assert "Condition: once sanctions are lifted" in content
    assert "confidence high" in content
    if stance:
        assert f"{LOOKS[stance].shape} {LOOKS[stance].word}" in text


def test_without_a_terminal_there_is_no_colour_and_no_line_drawing() -> None:
    text = drawn(CARD)
    assert "\x1b" not in text
    assert not any("\u2500" <= char <= "\u257f" for char in text)


def test_without_colour_the_borders_are_plain_on_a_terminal_too() -> None:
    text = drawn(CARD, is_terminal=True, no_color=True)
    assert "38;2" not in text
    assert "╭" not in text


def test_on_a_terminal_the_stance_has_its_colour() -> None:
    colour = LOOKS[Stance.CONDITIONAL].colour
    assert f"38;2;{colour >> 16};{colour >> 8 & 255};{colour & 255}" in drawn(CARD, is_terminal=True)
    assert "╭" in drawn(CARD, is_terminal=True)


def test_a_terminal_without_unicode_gets_letters_for_shapes() -> None:
    console = a_console(encoding="ascii")
    screen = Screen(console, a_console())
    screen.show_card(CARD)
    text = printed(console)
    assert text.isascii()
    assert "[?] CONDITIONAL" in text


def test_foreign_text_orders_nothing() -> None:
    hostile = "[bold red]no[/] \x1b[2J\x1b]0;title\x07\x9b31m\u202etalks :smile: [link=http://x]y[/link]"
    card = Card(hostile, role=hostile, quote=hostile, source=hostile, condition=hostile, lines=(hostile,))
    console = a_console(width=200)
    console.print(draw_reply(Reply(hostile, (card,), (hostile,), hostile, (Button(hostile, url="https://x.example/\x1b[2J"),))))
    text = printed(console)
    assert not any(char in text for char in "\x1b\x07\x9b\u202e")
    assert "title" not in text
    assert text.count("[bold red]no[/] 31mtalks :smile: [link=http://x]y[/link]") == 10


def test_reported_words_stand_under_the_outlets_name() -> None:
    text = drawn(replace(CARD, is_direct=False, quote="Zarif left a door open.", source="Reuters"))
    assert "Reuters reports:" in text
    assert "“" not in text


def test_a_link_is_printed_and_an_action_is_not() -> None:
    text = drawn(CARD)
    assert "Article:" in text
    assert "https://example.org/aaa" in text
    assert "evidence:17" not in text


def test_a_reply_shows_title_lines_cards_and_footnote() -> None:
    console = a_console()
    Screen(console, a_console()).show(Reply("Iran", (CARD, CARD), ("2 voices.",), "Searched 312 articles."))
    lines = printed(console).splitlines()
    assert lines[:2] == ["Iran", "2 voices."]
    assert lines[-1] == "Searched 312 articles."
    assert sum("CONDITIONAL" in line for line in lines) == 2


def test_a_failure_is_one_red_line_beside_the_answers() -> None:
    out, errors = a_console(), a_console(is_terminal=True)
    Screen(out, errors).fail("There is no [b]command[/b] /x.")
    assert printed(out) == ""
    assert printed(errors) == "\x1b[31mThere is no [b]command[/b] /x.\x1b[0m\n"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_bar_is_shown_only_where_somebody_watches(is_terminal: bool) -> None:
    errors = a_console(is_terminal=is_terminal)
    with Screen(a_console(), errors).progress("Reading [b]articles[/b]", total=2) as bar:
        bar.advance()
        bar.advance()
    assert ("Reading [b]articles[/b]" in printed(errors)) == is_terminal
