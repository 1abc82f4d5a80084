"""A sheet of pixels to draw on, y downwards, and what every chart shares: colours, sizes, legend, text that fits.

The only module that touches matplotlib, whose import takes a second: worker processes alone load it.
"""

import io
import math
from collections.abc import Sequence
from functools import cache
from typing import Literal, Protocol, cast

from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from bot.cards import LOOKS
from handlers.model import Stance

WIDTH = 1080
"""Pixels, whatever the chart: a phone shows it at a third."""
MARGIN = 40
DPI = 144
POINT = DPI / 72
"""Pixels in a point, in which matplotlib measures sizes."""

# An opaque ground for both of Discord's themes. On it the four colours of the cards have a contrast of 3.9 to 8 (3 is what
# WCAG asks of graphics), white text 15.
GROUND = "#1e2124"
PANEL = "#282b30"
RULE = "#4a4e55"
FAINT = "#b5bac1"
INK = "#f2f3f5"

TITLE, BODY, SMALL = 40, 33, 29
"""Heights of letters in pixels; a phone shows the smallest as 10 points."""

SHAPES = {Stance.REJECTS: "X", Stance.CONDITIONAL: "D", Stance.OPEN: "o", Stance.ENGAGED: "s"}
# Besides its colour, an area has a hatch.
HATCHES = {Stance.REJECTS: "xx", Stance.CONDITIONAL: "//", Stance.OPEN: "..", Stance.ENGAGED: None}
# Of one size, a diamond looks larger than a circle and a cross smaller.
_SCALES = {Stance.REJECTS: 1.12, Stance.CONDITIONAL: 0.82, Stance.OPEN: 1.0, Stance.ENGAGED: 0.9}

# Where they are installed they draw what the font that comes with matplotlib lacks; nothing else looks for them.
_OTHER_FONTS = ("Noto Sans CJK JP", "Noto Sans CJK SC", "Source Han Sans", "WenQuanYi Zen Hei", "Droid Sans Fallback")
_FIRST_FONT = "DejaVu Sans"
LEFT_TO_RIGHT = "\u200e"
"""Before a line, it keeps "A → B" in that order even where A is written from right to left."""


Align = Literal["left", "center", "right"]
Point = tuple[float, float]
Path = Sequence[Point]


def colour(stance: Stance) -> str:
    return f"#{LOOKS[stance].colour:06x}"


class _PngWriter(Protocol):
    """The part of matplotlib's interface that it leaves untyped."""

    def print_png(self, filename_or_obj: io.BytesIO) -> None: ...


class Canvas:
    """Draw with the methods, then take the `png`."""

    def __init__(self, height: int) -> None:
        self.height = height
        self._figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=GROUND)
        self._agg = FigureCanvasAgg(self._figure)
        self._drawn = 0

    def text(self, x: float, y: float, words: str, size: int = BODY, ink: str = INK, align: Align = "left") -> None:
        """One line, its middle at `y`. Nothing in it is read as a formula."""
        bold = size == TITLE
        text = Text(
            x / WIDTH,
            1 - y / self.height,
            LEFT_TO_RIGHT + words,
            color=ink,
            fontproperties=_font(size, bold),
            horizontalalignment=align,
            verticalalignment="center_baseline",
            parse_math=False,
            transform=self._figure.transFigure,
            figure=self._figure,
        )
        self._add(text)

    def line(self, *paths: Path, ink: str = RULE, width: float = 2, dotted: bool = False) -> None:
        """Paths that look alike are drawn at once: a thousand of them cost what ten do."""
        points = [point for path in paths for point in (*path, (math.nan, math.nan))]
        xs, ys = self._spots(points)
        style = (0, (1, 2.4)) if dotted else "solid"
        line = Line2D(xs, ys, color=ink, linewidth=width / POINT, linestyle=style, transform=self._figure.transFigure)
        line.set_dash_capstyle("round")
        self._add(line)

    def box(self, x: float, y: float, width: float, height: float, ink: str = PANEL, hatch: str | None = None) -> None:
        edge = GROUND if hatch else ink
        spot = (x / WIDTH, 1 - (y + height) / self.height)
        size = (width / WIDTH, height / self.height)
        box = FancyBboxPatch(
            spot, *size, boxstyle="square,pad=0", facecolor=ink, edgecolor=edge, hatch=hatch, linewidth=0.0,
            transform=self._figure.transFigure,
        )  # fmt: skip
        self._add(box)

    def mark(self, stance: Stance, size: float, *points: Point) -> None:
        """Its shape in its colour, with a rim that keeps neighbours apart."""
        self._marker(points, SHAPES[stance], size * _SCALES[stance], colour(stance))

    def arrow(self, turn: str, size: float, *points: Point) -> None:
        """A triangle up for softening, down for hardening."""
        self._marker(points, "^" if turn == "softening" else "v", size, INK)

    def _marker(self, points: Sequence[Point], shape: str, size: float, face: str) -> None:
        xs, ys = self._spots(points)
        spots = Line2D(
            xs, ys, marker=shape, markersize=size / POINT, color=face, linestyle="none",
            markeredgecolor=GROUND, markeredgewidth=max(0.6, size / 16) / POINT, transform=self._figure.transFigure,
        )  # fmt: skip
        self._add(spots)

    def _spots(self, points: Sequence[Point]) -> tuple[list[float], list[float]]:
        return [x / WIDTH for x, _ in points], [1 - y / self.height for _, y in points]

    def _add(self, artist: Artist) -> None:
        """In front of all that was drawn before."""
        self._drawn += 1
        artist.set_zorder(self._drawn)
        self._figure.add_artist(artist)

    def width_of(self, words: str, size: int = BODY) -> float:
        renderer = self._agg.get_renderer()
        return renderer.get_text_width_height_descent(LEFT_TO_RIGHT + words, _font(size, size == TITLE), ismath=False)[0]

    def fitted(self, words: str, room: float, size: int = BODY) -> str:
        """The words, cut at the end where they are wider than the room."""
        if self.width_of(words, size) <= room:
            return words
        low, high = 0, len(words)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.width_of(words[:middle] + "…", size) <= room else (low, middle - 1)
        return words[:low].rstrip() + "…"

    def wrapped(self, words: str, room: float, size: int = BODY, most: int = 2) -> list[str]:
        """The words on at most so many lines, broken between words; the last line is cut where they go on."""
        lines: list[str] = []
        waiting = words.split()
        while waiting and len(lines) < most - 1:
            count = next((n for n in range(len(waiting), 0, -1) if self.width_of(" ".join(waiting[:n]), size) <= room), 1)
            lines.append(self.fitted(" ".join(waiting[:count]), room, size))
            waiting = waiting[count:]
        return [*lines, *([self.fitted(" ".join(waiting), room, size)] if waiting else [])]

    def legend(self, y: float, *, is_hatched: bool = False) -> None:
        """Shape (or hatch) and word of each stance in one row, the most open first."""
        step = (WIDTH - 2 * MARGIN) / 4
        for index, stance in enumerate(reversed(Stance)):
            x = MARGIN + index * step
            if is_hatched:
                self.box(x, y - 16, 32, 32, colour(stance), HATCHES[stance])
            else:
                self.mark(stance, 30, (x + 16, y))
            self.text(x + 44, y, stance.value, SMALL, FAINT)

    def png(self) -> bytes:
        data = io.BytesIO()
        cast("_PngWriter", self._agg).print_png(data)
        return data.getvalue()


def can_draw(words: str) -> bool:
    """Whether every letter is in one of the fonts; else little boxes would stand for them."""
    letters = {char for char in words if not char.isspace()}
    return all(any(ord(char) in font for font in _letters()) for char in letters)


@cache
def _families() -> tuple[str, ...]:
    known = {font.name for font in font_manager.fontManager.ttflist}
    return (_FIRST_FONT, *(name for name in _OTHER_FONTS if name in known))


@cache
def _letters() -> tuple[frozenset[int], ...]:
    fonts = {font.name: font.fname for font in reversed(font_manager.fontManager.ttflist)}
    return tuple(frozenset(FT2Font(fonts[name]).get_charmap()) for name in _families())


@cache
def _font(size: int, bold: bool) -> FontProperties:
    return FontProperties(family=list(_families()), size=size / POINT * 0.86, weight="bold" if bold else "normal")
