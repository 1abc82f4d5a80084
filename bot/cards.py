"""What a user sees, as values: a card for one statement or position, a reply for one command.

One card is made by `wording.py` and drawn twice: by `layout.py` for Discord, by `terminal.py` for a terminal. All text in a
card is plain: whoever draws it escapes it. Only `quote` with `is_direct` may stand in quotation marks as somebody's own words.
"""

from dataclasses import dataclass

from bot.charts import Chart
from handlers.model import Stance


@dataclass(frozen=True, slots=True)
class Look:
    """How a stance is shown: the shape and the word always go with the colour."""

    shape: str
    ascii_shape: str
    """For a terminal that can draw neither colours nor pictures."""
    word: str
    colour: int


# Orange-red, orange, blue and green of the Okabe-Ito palette, which readers with any of the common colour deficiencies tell
# apart; the four shapes differ in outline, so a black-and-white print tells them apart as well.
LOOKS = {
    Stance.REJECTS: Look("⛔", "[x]", "REJECTS", 0xD55E00),
    Stance.CONDITIONAL: Look("🔶", "[?]", "CONDITIONAL", 0xE69F00),
    Stance.OPEN: Look("🔵", "[o]", "OPEN", 0x56B4E9),
    Stance.ENGAGED: Look("🤝", "[=]", "ENGAGED", 0x009E73),
}


@dataclass(frozen=True, slots=True)
class Button:
    """A link (`url`) or an action (`action`: at most 100 characters, parsed by `buttons.py`); never both."""

    label: str
    url: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One boxed item. `stance` gives the accent colour, the shape and the word; None for neutral cards."""

    heading: str
    stance: Stance | None = None
    role: str | None = None
    """Who the speaker is: "Supreme Leader of Iran · has the final word"."""
    quote: str | None = None
    is_direct: bool = False
    """True: `quote` is the speaker's own words. False: they are the outlet's words about the speaker."""
    condition: str | None = None
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    source: str | None = None
    """Whose sentence an indirect `quote` is: shown before it as "Reuters reports:"."""


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep: `name` is made of letters, digits, dots and dashes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command."""

    title: str
    cards: tuple[Card, ...] = ()
    lines: tuple[str, ...] = ()
    footnote: str | None = None
    """What was searched and how fresh it is."""
    buttons: tuple[Button, ...] = ()
    is_private: bool = False
    chart: Chart | None = None
    """For a face that can show it; `lines` give the same numbers in words."""
    picture: bytes | None = None
    """The chart as a PNG file, once a face has had it drawn."""
    file: File | None = None
    data: tuple[dict[str, object], ...] = ()
    """The same answer for machines (`ask --json`), one object a line."""
