"""Charts in, PNG files out; runs in a worker process only (see `canvas.py`).

A stance is a shape, a colour and, on a timeline, a height: each enough by itself. To add a chart: its class in `charts.py`
and a painter here or in `grids.py`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from bot.canvas import BODY, FAINT, INK, MARGIN, SMALL, TITLE, WIDTH, Canvas, Point
from bot.charts import Activity, Chart, Lane, Matrix, Timeline
from bot.grids import label, paint_activity, paint_matrix
from bot.phrases import plural, span
from handlers.errors import QuestionError
from handlers.model import Stance

HEAD = 150
LANE_HEAD = 52
TURNS = 40
"""The row of a lane in which triangles mark the shifts."""
FOOT = 118
UNDATED = 110
"""The strip at the right for positions whose day nobody knows."""
SILENT_DAYS = 100
"""A line over a longer silence is dotted: nothing was said there. From here on, phrases count in months, too."""
MOST_TICKS = 5

Step = tuple[Point, Point]

_YEAR_STEPS, _MONTH_STEPS, _DAY_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000), (1, 2, 3, 6), (1, 2, 7, 14)


def draw(chart: Chart) -> bytes:
    """QuestionError for a chart that would be an empty plot."""
    if chart.is_empty:
        raise QuestionError("There is nothing to draw.")
    match chart:
        case Timeline():
            return paint_timeline(chart)
        case Matrix():
            return paint_matrix(chart)
        case Activity():
            return paint_activity(chart)


@dataclass(frozen=True, slots=True)
class Axis:
    """Days → pixels."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        return self.left + (day - self.first).days / (self.last - self.first).days * (self.right - self.left)

    def ticks(self) -> list[tuple[date, str]]:
        """At most six days of round steps, with what stands below them."""
        days = (self.last - self.first).days
        if days > 366 * 3:
            step = next(step for step in _YEAR_STEPS if days / 365.25 / step <= MOST_TICKS)
            years = range(self.first.year + 1, self.last.year + 1)
            return [(date(year, 1, 1), str(year)) for year in years if year % step == 0]
        if days > 70:
            step = next((step for step in _MONTH_STEPS if days / 30.4 / step <= MOST_TICKS), 12)
            months = [divmod(self.first.year * 12 + self.first.month + number, 12) for number in range(days // 28 + 1)]
            starts = [date(year, month + 1, 1) for year, month in months if month % step == 0]
            return [(day, f"{day:%b} {day.year}") for day in starts if day <= self.last]
        step = next((step for step in _DAY_STEPS if days / step <= MOST_TICKS), 14)
        starts = [self.first + timedelta(days=number) for number in range(step // 2, days + 1, step)]
        return [(day, f"{day.day} {day:%b %Y}") for day in starts]


def paint_timeline(chart: Timeline) -> bytes:
    level = 50 if len(chart.lanes) <= 2 else 36
    lane_height = LANE_HEAD + TURNS + 4 * level + 16
    canvas = Canvas(HEAD + len(chart.lanes) * lane_height + FOOT)
    canvas.text(MARGIN, 50, canvas.fitted(label(chart.title), WIDTH - 2 * MARGIN, TITLE), TITLE)
    canvas.legend(112)
    spots = [spot for lane in chart.lanes for spot in lane.spots]
    axis = _axis([spot.day for spot in spots if spot.day is not None], has_undated=any(spot.day is None for spot in spots))
    for index, lane in enumerate(chart.lanes):
        _Strip(canvas, axis, HEAD + index * lane_height, level, lane).paint()
    _foot(canvas, axis, chart)
    return canvas.png()


def _axis(days: Sequence[date], *, has_undated: bool) -> Axis | None:
    """From a little before the first day to a little after the last; None where no day is known."""
    if not days:
        return None
    room = max((max(days) - min(days)).days // 25, 12)
    right = WIDTH - MARGIN - (UNDATED if has_undated else 0)
    return Axis(min(days) - timedelta(days=room), max(days) + timedelta(days=room), MARGIN, right)


@dataclass(frozen=True, slots=True)
class _Strip:
    """One lane: its name, the triangles of its shifts, and below them the four heights of stance."""

    canvas: Canvas
    axis: Axis | None
    top: float
    level: float
    lane: Lane

    def paint(self) -> None:
        count = plural(len(self.lane.spots), "position")
        room = WIDTH - 2 * MARGIN - self.canvas.width_of(count, SMALL) - 30
        self.canvas.text(MARGIN, self.top + 24, self.canvas.fitted(label(self.lane.name), room), BODY)
        self.canvas.text(WIDTH - MARGIN, self.top + 24, count, SMALL, FAINT, "right")
        height = TURNS + 4 * self.level
        right = self.axis.right if self.axis else WIDTH - MARGIN
        bottom = self.top + LANE_HEAD + height
        if self.axis is not None:
            self.canvas.box(MARGIN, self.top + LANE_HEAD, right - MARGIN, height)
        self.canvas.line(*([(MARGIN, self._y(stance)), (WIDTH - MARGIN, self._y(stance))] for stance in Stance), width=1)
        if self.axis is not None:
            ticks = [self.axis.x(day) for day, _ in self.axis.ticks()]
            self.canvas.line(*([(x, self.top + LANE_HEAD), (x, bottom)] for x in ticks), width=1)
            self._dated(self.axis)
        self._undated()

    def _dated(self, axis: Axis) -> None:
        dated = [(spot.day, spot) for spot in self.lane.spots if spot.day is not None]
        size = min(38.0, 0.95 * self.level, max(15.0, 2.4 * (axis.right - axis.left) / max(len(dated), 1)))
        self._steps(axis)
        turns = [(day, spot) for day, spot in dated if spot.turn]
        row = self.top + LANE_HEAD + TURNS / 2
        self.canvas.line(
            *([(axis.x(day), row), (axis.x(day), self._y(spot.stance))] for day, spot in turns), ink=FAINT, width=1.5
        )
        for turn in ("softening", "hardening"):
            points = [(axis.x(day), row) for day, spot in turns if spot.turn == turn]
            self.canvas.arrow(turn, min(size, 26), *points)
        for stance in Stance:
            # Of many years with thousands of positions, those that fall on one pixel are one mark.
            columns = dict.fromkeys(round(axis.x(day)) for day, spot in dated if spot.stance is stance)
            self.canvas.mark(stance, size, *((x, self._y(stance)) for x in columns))

    def _y(self, stance: Stance) -> float:
        """Higher is more open."""
        return self.top + LANE_HEAD + TURNS + (3 - list(Stance).index(stance) + 0.5) * self.level

    def _steps(self, axis: Axis) -> None:
        """From each day to the next of the lane; a day with unlike stances leads nowhere."""
        dated = [spot for spot in self.lane.spots if spot.day is not None]
        days = [(day, {spot.stance for spot in spots}) for day, spots in groupby(dated, key=lambda spot: spot.day)]
        held: dict[bool, list[Step]] = {True: [], False: []}
        changes: list[Step] = []
        for (day, stances), (following, others) in pairwise(days):
            if day is None or following is None or len(stances) > 1 or len(others) > 1:
                continue
            (old,), (new,) = stances, others
            start, corner = (round(axis.x(day)), self._y(old)), (round(axis.x(following)), self._y(old))
            silence = (following - day).days
            held[silence > SILENT_DAYS].append((start, corner))
            changes.append((corner, (corner[0], self._y(new))))
            words = f"nothing on record for {span(silence)}"
            if silence > SILENT_DAYS and self.canvas.width_of(words, SMALL) < corner[0] - start[0] - 60 and self.level > 40:
                self.canvas.text((start[0] + corner[0]) / 2, corner[1] - 22, words, SMALL, FAINT, "center")
        self.canvas.line(*dict.fromkeys(held[False]), ink=FAINT, width=3)
        self.canvas.line(*dict.fromkeys(held[True]), ink=FAINT, width=3, dotted=True)
        self.canvas.line(*dict.fromkeys(changes), ink=INK, width=3)

    def _undated(self) -> None:
        """At the right, one mark a stance with its count."""
        counts = Counter(spot.stance for spot in self.lane.spots if spot.day is None)
        x = WIDTH - MARGIN - UNDATED + 36
        for stance, count in counts.items():
            self.canvas.mark(stance, 32, (x, self._y(stance)))
            if count > 1:
                self.canvas.text(x + 24, self._y(stance), f"×{count}", SMALL, FAINT)


def _foot(canvas: Canvas, axis: Axis | None, chart: Timeline) -> None:
    y = canvas.height - FOOT + 16
    for day, words in axis.ticks() if axis else ():
        half = canvas.width_of(words, SMALL) / 2
        x = min(max(axis.x(day), MARGIN + half), axis.right - half) if axis else 0
        canvas.text(x, y, words, SMALL, FAINT, "center")
    if any(spot.day is None for lane in chart.lanes for spot in lane.spots):
        canvas.text(WIDTH - MARGIN, y, "day ?", SMALL, FAINT, "right")
    notes = ["higher: more open"]
    if any(spot.turn for lane in chart.lanes for spot in lane.spots):
        notes += ["▲ softening", "▼ hardening"]
    if chart.others:
        notes += [f"{plural(chart.others, 'more lane')} not shown"]
    canvas.text(MARGIN, canvas.height - 36, " · ".join(notes), SMALL, FAINT)
