"""Charts: what they hold, what they say in words, and that they can be drawn whatever the names and numbers are."""

import struct
from datetime import date, timedelta

import pytest

from bot import canvas
from bot.charts import MOST_ALT, Activity, Chart, Lane, Matrix, Spot, Timeline, activity, lane, matrix, timeline
from bot.drawing import Axis, draw
from bot.grids import label
from bot.pool import Pool
from handlers.errors import QuestionError
from handlers.model import Stance
from handlers.record import Mark

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance
NAMES = (
    "Ali Khamenei",
    "علي خامنئي",
    "习近平",
    "Зеленський",
    "The Permanent Representative of the Islamic Republic of Iran to the United Nations in New York and its Agencies",
    "$\\frac{1}{0}$ <b>x</b> @everyone \u202egnp.exe",
    "x" * 200,
)


def mark(day: str | None, stance: Stance, *, speaker: str = "Ali Khamenei", to: str | None = "United States") -> Mark:
    return Mark(speaker, to, stance, date.fromisoformat(day) if day else None)


def many(count: int, every_days: int = 9) -> list[Mark]:
    start = date(2018, 8, 13)
    return [Mark("Iran", "Iraq", tuple(Stance)[n // 7 % 4], start + timedelta(days=n * every_days)) for n in range(count)]


KHAMENEI = [
    mark("2018-08-13", REJECTS),
    mark("2019-05-29", REJECTS),
    mark("2019-09-17", CONDITIONAL),
    mark(None, OPEN),
    mark("2025-02-07", REJECTS),
]


def test_a_lane_marks_the_shifts_and_keeps_the_undated_last() -> None:
    found = lane("Ali Khamenei", KHAMENEI)
    assert [spot.turn for spot in found.spots] == [None, None, "softening", "hardening", None]
    assert found.spots[-1] == Spot(None, OPEN)


def test_a_day_with_unlike_stances_makes_no_shift_into_it_or_out_of_it() -> None:
    days = [mark("2025-01-01", REJECTS), mark("2025-01-02", REJECTS), mark("2025-01-02", OPEN), mark("2025-01-03", CONDITIONAL)]
    assert [spot.turn for spot in lane("x", days).spots] == [None, None, None, "softening"]


def test_a_timeline_says_the_numbers_that_it_shows() -> None:
    chart = timeline("Ali Khamenei → United States", [lane("Ali Khamenei", KHAMENEI)])
    assert chart.alt() == (
        "Timeline: Ali Khamenei → United States. 5 positions, 13 August 2018 to 7 February 2025. Ali Khamenei: 3 rejects, "
        "1 conditional, 1 open; 2 shifts, the last on 7 February 2025 (hardening); last rejects on 7 February 2025; "
        "1 of unknown day."
    )


def test_too_many_lanes_leave_the_quietest_out_and_say_so() -> None:
    lanes = [lane(f"Voice {number}", many(number)) for number in range(1, 9)]
    chart = timeline("Iran", lanes)
    assert [found.name for found in chart.lanes] == [f"Voice {number}" for number in range(3, 9)]
    assert chart.alt().endswith("And 2 more lanes.")


def test_a_matrix_shows_the_latest_position_of_each_pair() -> None:
    chart = matrix("Iran", [*KHAMENEI, mark("2020-01-01", OPEN, to="Iraq"), mark("2020-01-01", OPEN, to=None)])
    assert chart.counterparts == ("United States", "Iraq")
    assert "Ali Khamenei toward United States: rejects, 7 February 2025 (5 positions)." in chart.alt()
    assert "Ali Khamenei toward Iraq: open, 1 January 2020 (1 position)." in chart.alt()


@pytest.mark.parametrize(
    ("days", "span", "bars"), [(0, "week", 1), (14, "week", 3), (364, "week", 53), (380, "month", 13), (4000, "year", 11)]
)
def test_activity_counts_by_week_month_or_year_without_a_hole(days: int, span: str, bars: int) -> None:
    start = date(2018, 1, 1)
    told = [Mark("Iran", None, OPEN, start), Mark("Iran", None, OPEN, start + timedelta(days=days)), mark(None, OPEN)]
    chart = activity("Iran", told)
    assert (chart.span, len(chart.bars), chart.undated) == (span, bars, 1)
    assert sum(sum(bar.counts) for bar in chart.bars) == 2
    assert "1 position of unknown day not shown" in chart.alt()


CHARTS: dict[str, Chart] = {
    "one": timeline("Iran", [lane("Iran", many(1))]),
    "two hundred": timeline("Iran", [lane("Iran", [*many(200), mark(None, OPEN), mark(None, OPEN)])]),
    "a day apart": timeline("Iran", [lane("Iran", many(2, 1))]),
    "a thousand years": Timeline("Iran", (Lane("Iran", (Spot(date(1025, 1, 1), OPEN), Spot(date(2025, 1, 1), OPEN))),)),
    "names": timeline(" and ".join(NAMES), [lane(name, many(3)) for name in NAMES]),
    "matrix": matrix("x", [Mark(one, other, OPEN, date(2025, 1, 1)) for one in NAMES for other in NAMES]),
    "one cell": matrix("x", [mark(None, OPEN)]),
    "weeks": activity("x", many(50, 3)),
    "one bar": activity("x", many(1)),
    "a busy year": activity("x", many(1, 0) * 12_345),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_a_picture_as_wide_as_the_others_with_words_that_fit(name: str) -> None:
    """Warnings are errors here: a letter that no font has would be one."""
    chart = CHARTS[name]
    png = draw(chart)
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG")
    assert width == canvas.WIDTH
    assert height < 2 * canvas.WIDTH
    assert len(png) < 400_000
    assert 20 < len(chart.alt()) <= MOST_ALT


@pytest.mark.parametrize(
    "chart", [Timeline("x", ()), timeline("x", [lane("x", [mark(None, OPEN)])]), matrix("x", []), activity("x", [])]
)
def test_an_empty_plot_is_refused(chart: Timeline | Matrix | Activity) -> None:
    assert chart.is_empty
    with pytest.raises(QuestionError):
        draw(chart)


def test_a_name_that_no_font_can_draw_is_not_drawn_as_boxes_without_a_word() -> None:
    assert label("علي خامنئي") == "علي خامنئي"
    if not canvas.can_draw("习近平"):
        assert label("习近平") == "▯▯▯ (name: see the list)"


@pytest.mark.parametrize("days", [24, 60, 100, 400, 1500, 9000, 300_000])
def test_an_axis_has_few_ticks_and_all_within(days: int) -> None:
    axis = Axis(date(1500, 3, 3), date(1500, 3, 3) + timedelta(days=days), 0, 1000)
    ticks = [axis.x(day) for day, _ in axis.ticks()]
    assert 1 <= len(ticks) <= 7
    assert all(0 <= x <= 1000 for x in ticks)


async def test_the_pool_draws_and_says_why_it_does_not() -> None:
    pool = Pool()
    await pool.start_drawing()
    assert (await pool.draw(CHARTS["one"])).startswith(b"\x89PNG")
    with pytest.raises(QuestionError, match="nothing to draw"):
        await pool.draw(Timeline("x", ()))
    await pool.close()
