"""The two charts that are no timeline: who stands where toward whom, and how much was said in each week."""

from bot.canvas import BODY, FAINT, GROUND, HATCHES, INK, MARGIN, RULE, SMALL, TITLE, WIDTH, Canvas, can_draw, colour
from bot.charts import Activity, Bar, Matrix
from bot.phrases import plural
from handlers.model import Stance

NAMES = 300
"""The column of the speakers' names."""
ROW = 132
HEAD = 150
TOP = 136
"""The row of the counterparts' names, three lines high."""
PLOT = 420


def label(name: str) -> str:
    """The name, or what stands for one whose letters no installed font has; the description and the list give it."""
    return name if can_draw(name) else "".join(char if can_draw(char) else "▯" for char in name) + " (name: see the list)"


def paint_matrix(chart: Matrix) -> bytes:
    columns, rows = len(chart.counterparts), len(chart.speakers)
    canvas = Canvas(HEAD + TOP + rows * ROW + 90)
    canvas.text(MARGIN, 50, canvas.fitted(label(chart.title), WIDTH - 2 * MARGIN, TITLE), TITLE)
    canvas.legend(112)
    width = min(300.0, (WIDTH - 2 * MARGIN - NAMES) / columns)
    top = HEAD + TOP
    canvas.text(MARGIN, top - 34, "who ↓ · toward →", SMALL, FAINT)
    for column, name in enumerate(chart.counterparts):
        lines = canvas.wrapped(label(name), width - 8, SMALL, most=3)
        for index, line in enumerate(lines):
            x = MARGIN + NAMES + (column + 0.5) * width
            canvas.text(x, top - 34 - (len(lines) - 1 - index) * 36, line, SMALL, INK, "center")
    for row, name in enumerate(chart.speakers):
        middle = top + (row + 0.5) * ROW
        lines = canvas.wrapped(label(name), NAMES - 20, BODY)
        for index, line in enumerate(lines):
            canvas.text(MARGIN, middle + (index - (len(lines) - 1) / 2) * 40, line, BODY)
        for column, cell in enumerate(chart.cells[row]):
            x = MARGIN + NAMES + column * width
            canvas.box(x + 5, middle - ROW / 2 + 5, width - 10, ROW - 10)
            if cell is None:
                canvas.text(x + width / 2, middle, "–", BODY, RULE, "center")
                continue
            canvas.mark(cell.stance, 46, (x + width / 2, middle - 18))
            when = f"{cell.day:%b} {cell.day.year}" if cell.day else "day ?"
            canvas.text(x + width / 2, middle + 38, when, SMALL, FAINT, "center")
    more = f" · {plural(chart.others, 'more pair')} not shown" if chart.others else ""
    canvas.text(MARGIN, canvas.height - 40, f"latest position of each pair{more}", SMALL, FAINT)
    return canvas.png()


def paint_activity(chart: Activity) -> bytes:
    canvas = Canvas(HEAD + 30 + PLOT + 150)
    canvas.text(MARGIN, 50, canvas.fitted(label(chart.title), WIDTH - 2 * MARGIN, TITLE), TITLE)
    canvas.legend(112, is_hatched=True)
    most = max(sum(bar.counts) for bar in chart.bars)
    step = next(step for step in _steps() if most / step <= 4)
    ceiling = -(-most // step) * step
    left, bottom = MARGIN + 70, HEAD + 30 + PLOT
    for value in range(0, ceiling + 1, step):
        y = bottom - value / ceiling * PLOT
        canvas.line([(left, y), (WIDTH - MARGIN, y)], width=1)
        canvas.text(left - 14, y, f"{value:,}", SMALL, FAINT, "right")
    width = (WIDTH - MARGIN - left) / len(chart.bars)
    for index, bar in enumerate(chart.bars):
        _stack(canvas, bar, left + index * width, min(width, 120), bottom, PLOT / ceiling)
    _days(canvas, chart, left, width, bottom + 34)
    more = f" · {plural(chart.undated, 'position')} of unknown day not shown" if chart.undated else ""
    canvas.text(MARGIN, canvas.height - 40, f"positions per {chart.span}{more}", SMALL, FAINT)
    return canvas.png()


def _stack(canvas: Canvas, bar: Bar, x: float, width: float, bottom: float, unit: float) -> None:
    gap = min(6.0, width / 5)
    y = bottom
    for stance, count in zip(Stance, bar.counts, strict=True):
        if not count:
            continue
        height = count * unit
        canvas.box(x + gap / 2, y - height, width - gap, height, colour(stance), HATCHES[stance])
        y -= height
        canvas.line([(x + gap / 2, y), (x + width - gap / 2, y)], ink=GROUND)


def _days(canvas: Canvas, chart: Activity, left: float, width: float, y: float) -> None:
    """The first day of some bars: as many as fit side by side."""
    form = {"week": "%d %b %Y", "month": "%b %Y", "year": "%Y"}[chart.span]
    words = [f"{bar.start:{form}}".lstrip("0") for bar in chart.bars]
    every = max(1, round(max(canvas.width_of(word, SMALL) for word in words) * 1.25 / width + 0.5))
    for index in range(0, len(words), every):
        half = canvas.width_of(words[index], SMALL) / 2
        x = min(max(left + index * width + min(width, 120) / 2, left + half - 40), WIDTH - MARGIN - half)
        canvas.text(x, y, words[index], SMALL, FAINT, "center")


def _steps() -> list[int]:
    return [factor * 10**power for power in range(12) for factor in (1, 2, 5)]
