"""Cards and replies in, Discord messages out: Components V2 layouts, and plain text for when Discord refuses a layout.

Discord takes 40 components and 4000 characters a message. Quotations are cut first, at words; whole cards are left out last,
and the message says how many. Who may be mentioned is the sender's business (`AllowedMentions`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import discord

from bot import phrases
from bot.buttons import MAX_ACTION, safe_link
from bot.cards import LOOKS, Button, Card, Reply
from bot.markup import clean, fit, shorten, size

MAX_TEXT = 4000
MAX_COMPONENTS = 40
MAX_CARDS = MAX_COMPONENTS // 2
"""A card is a box with a text at least."""
MAX_PLAIN = 2000
MAX_LABEL = 80
MAX_ROW = 5
PICTURE = "chart.png"
NOTHING = "Nothing to show."

View = discord.ui.LayoutView


@dataclass(frozen=True, slots=True)
class Level:
    """How many characters each part of a card may take, escaped."""

    quote: int
    line: int
    lines: int
    """All lines together."""
    part: int
    """Heading, role, source, condition, title and footnote, each."""
    answer: int
    """All lines of a reply that has no cards: they are the answer."""


LEVELS = (
    Level(quote=1100, line=900, lines=1200, part=240, answer=3400),
    Level(quote=500, line=300, lines=700, part=240, answer=2400),
    Level(quote=350, line=200, lines=500, part=200, answer=1700),
    Level(quote=240, line=160, lines=400, part=160, answer=1500),
    Level(quote=160, line=120, lines=240, part=100, answer=1400),
)
"""From roomy to tight. One card at the tightest level fits into any message, with title, footnote and link."""


@dataclass(frozen=True, slots=True)
class Block:
    """A text with the row of buttons below it; `is_card`: in a box with an accent colour."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    is_card: bool = False
    colour: int | None = None
    picture: str | None = None
    """What the picture shows, in words."""
    file: str | None = None

    @property
    def components(self) -> int:
        row = 1 + len(self.buttons) if self.buttons else 0
        return int(self.is_card) + int(bool(self.text)) + int(self.picture is not None) + int(bool(self.file)) + row


def draw_reply(reply: Reply) -> View:
    """Draw the answer to a command. Its picture goes with the message as the file PICTURE, its file by its own name."""
    return _view(_fitting(reply, lambda blocks: _text_of(blocks) <= MAX_TEXT and _components_of(blocks) <= MAX_COMPONENTS))


def draw_alert(card: Card, *, role_id: int | None) -> View:
    """Draw an alert; the role to be called stands in a text of its own above the card."""
    calls = () if role_id is None else (Block(f"<@&{role_id}>"),)
    return _view([*calls, _card_block(card, LEVELS[0], set())])


def plain(reply: Reply) -> str:
    """The same answer as one text of at most 2000 characters, without buttons other than links."""
    return _plain_text(_fitting(reply, lambda blocks: size(_plain_text(blocks)) <= MAX_PLAIN))


def plain_alert(card: Card) -> str:
    """The same alert as one text of at most 2000 characters."""
    return plain(Reply("", cards=(card,)))


def _fitting(reply: Reply, fits: Callable[[list[Block]], bool]) -> list[Block]:
    """All cards at the roomiest level at which they fit; at the tightest, as many of them as do.

    Each card is drawn at most once a level, and none that could not be shown: this runs on the event loop.
    """
    count = len(reply.cards)
    for level in LEVELS if count <= MAX_CARDS else ():
        if fits(blocks := _framed(reply, level, _cards(reply, level))):
            return blocks
    tightest = LEVELS[-1]
    cards = _cards(reply, tightest)
    fewer = (_framed(reply, tightest, cards[:shown]) for shown in range(min(count - 1, MAX_CARDS), 0, -1))
    return next(filter(fits, fewer))


def _cards(reply: Reply, level: Level) -> list[Block]:
    seen: set[str] = set()
    return [_card_block(card, level, seen) for card in reply.cards[:MAX_CARDS]]


def _framed(reply: Reply, level: Level, cards: Sequence[Block]) -> list[Block]:
    """The cards shown between what stands above and below them."""
    seen = {button.action for card in cards for button in card.buttons if button.action}
    left_out = len(reply.cards) - len(cards)
    note = [Block(f"… and {left_out:,} more")] if left_out else []
    foot = [Block(f"-# {text}") for text in _parts(reply.footnote, level.part)]
    row = _row(reply.buttons, seen)
    picture = [Block(picture=reply.chart.alt())] if reply.chart and reply.picture else []
    file = [Block(file=reply.file.name)] if reply.file else []
    blocks = [*_head(reply, level), *picture, *cards, *note, *file, *foot, *([Block(buttons=row)] if row else [])]
    return blocks or [Block(NOTHING)]


def _head(reply: Reply, level: Level) -> list[Block]:
    title = [f"## {text}" for text in _parts(reply.title, level.part)]
    text = "\n".join([*title, *_lines(reply.lines, level.line, level.lines if reply.cards else level.answer)])
    return [Block(text)] if text else []


def _card_block(card: Card, level: Level, seen: set[str]) -> Block:
    colour = LOOKS[card.stance].colour if card.stance else None
    return Block("\n".join(_card_lines(card, level)), _row(card.buttons, seen), is_card=True, colour=colour)


def _card_lines(card: Card, level: Level) -> Iterator[str]:
    look = LOOKS[card.stance] if card.stance else None
    heading = next(_parts(card.heading, level.part), "")
    yield "### " + " · ".join(filter(None, (f"{look.shape} {look.word}" if look else "", heading))) if look or heading else "…"
    yield from (f"-# {role}" for role in _parts(card.role, level.part))
    yield from _quote_lines(card, level)
    yield from (f"**Condition:** {words}" for words in _parts(card.condition, level.part))
    yield from _lines(card.lines, level.line, level.lines)


def _quote_lines(card: Card, level: Level) -> Iterator[str]:
    for words in _parts(card.quote, level.quote):
        if card.is_direct:
            yield f"> “{words}”"
        else:
            yield f"{next(_parts(card.source, level.part), 'The article')} reports:"
            yield f"> {words}"


def _lines(lines: Sequence[str], each: int, total: int) -> list[str]:
    """As many lines as the room takes; what does not fit is said."""
    drawn: list[str] = []
    for index, line in enumerate(lines):
        for text in _parts(line, each):
            total -= size(text) + 1
            if total < 0 and drawn:
                return [*drawn, f"… and {phrases.plural(len(lines) - index, 'more line')}"]
            drawn.append(text)
    return drawn


def _parts(text: str | None, limit: int) -> Iterator[str]:
    """The escaped text, or nothing where there is nothing to see."""
    if text and (fitted := fit(text, limit)):
        yield fitted


def _row(buttons: Sequence[Button], seen: set[str]) -> tuple[Button, ...]:
    """The buttons that Discord takes. It refuses a message in which two carry the same action."""
    row: list[Button] = []
    for button in buttons:
        link, action = safe_link(button.url), button.action
        if link:
            row.append(replace(button, url=link, action=None))
        elif action and len(action) <= MAX_ACTION and action not in seen:
            seen.add(action)
            row.append(button)
    return tuple(row[:MAX_ROW])


def _text_of(blocks: Sequence[Block]) -> int:
    return sum(size(block.text) for block in blocks)


def _components_of(blocks: Sequence[Block]) -> int:
    return sum(block.components for block in blocks)


def _plain_text(blocks: Sequence[Block]) -> str:
    """Each text, and below each card its first link: more of them could fill the message."""
    return "\n".join(part for block in blocks for part in (block.text, _plain_link(block)) if part) or NOTHING


def _plain_link(block: Block) -> str:
    links = (button.url for button in block.buttons if button.url and block.is_card)
    return next((f"<{link}>" for link in links), "")


def _view(blocks: Sequence[Block]) -> View:
    view = View(timeout=None)
    for block in blocks:
        text = [discord.ui.TextDisplay[View](block.text)] if block.text else []
        row = [discord.ui.ActionRow[View](*map(_button, block.buttons))] if block.buttons else []
        if block.is_card:
            view.add_item(discord.ui.Container[View](*text, *row, accent_colour=block.colour))
        else:
            for item in (*text, *_media(block), *row):
                view.add_item(item)
    # Clicks go to the dynamic items that parse the custom id; a running view would be kept in memory for ever.
    view.stop()
    return view


def _media(block: Block) -> Iterator[discord.ui.Item[View]]:
    if block.picture is not None:
        item = discord.MediaGalleryItem(f"attachment://{PICTURE}", description=block.picture)
        yield discord.ui.MediaGallery[View](item)
    if block.file:
        yield discord.ui.File[View](f"attachment://{block.file}")


def _button(button: Button) -> discord.ui.Button[View]:
    label = shorten(clean(button.label), MAX_LABEL // 2) or "Open"
    if button.url:
        return discord.ui.Button(label=label, url=button.url)
    return discord.ui.Button(label=label, custom_id=button.action, style=discord.ButtonStyle.secondary)
