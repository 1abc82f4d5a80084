"""Hand-made threads: a few statements a line, recorded in any order, and the record they make as short lines of text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from handlers.model import Actor, Article, Notice, Provenance, Reading, Stance, Statement
from handlers.sketch import sketch
from storage import Store, Unit
from tests.storage_samples import NOW

STANCES = {stance.value[0]: stance for stance in Stance}
SPEAKER, OTHER = "Ada Berg", "Freedonia"


@dataclass(frozen=True)
class Told:
    """One article with one statement: "r 03" is a refusal on 3 March 2021, "r" one without a day."""

    said: str
    words: str = ""
    outlet: str = "Courier"
    published: str | None = None
    name: str | None = None
    """The article's id; its place in the thread else."""
    family: str | None = None
    body: str = ""
    title: str | None = None
    condition: str | None = None
    scope: str | None = None
    notice: Notice | None = None
    is_agency: bool = False
    guild_id: int | None = None
    more: tuple[str, ...] = field(default=())
    """Further statements of the article."""


def day(text: str | None) -> date | None:
    return date(2021, 3, int(text)) if text else None


async def record(store: Store, thread: Sequence[Told], order: Iterable[int] | None = None) -> None:
    """Record the articles in this order, a minute apart."""
    for minute, number in enumerate(range(len(thread)) if order is None else order):
        async with store.write() as unit:
            await _record(unit, thread[number], thread[number].name or f"a{number + 1}", minute)


async def _record(unit: Unit, told: Told, name: str, minute: int) -> None:
    statements = [_statement(said, told) for said in (told.said, *told.more) if said]
    text = "\n".join([told.body or name, *(each.evidence for each in statements)])
    article = Article(text, f"{name}.txt", name, None, told.outlet, told.title, day(told.published))
    added = await unit.articles.add(
        article, name, text, guild_id=told.guild_id, feed_id=None, language="en", seen_at=NOW + timedelta(minutes=minute)
    )
    assert added is not None
    whose = Provenance(told.family or told.outlet, told.is_agency, sketch(told.body), told.notice)
    await unit.positions.record(added, Reading(tuple(statements), (Actor(SPEAKER, party="Sylvania"),), provenance=whose))


def _statement(said: str, told: Told) -> Statement:
    letter, _, number = said.partition(" ")
    words = told.words or f"{letter} {told.outlet}"
    return Statement(SPEAKER, OTHER, STANCES[letter], words, 0, len(words), told.scope, told.condition, True, day(number), 0.9)


async def positions(store: Store, guild_id: int | None = None) -> list[str]:
    """ "rejects 03: a1 a2 | Reuters AFP" for each position, oldest first."""
    async with store.read() as unit:
        found = await unit.positions.history(None, None, guild_id=guild_id, newest_first=False)
    return [
        f"{each.stance} {each.day.day if each.day else '-'}: "
        f"{' '.join(sorted(report.input_id or '' for report in each.reports))} | {' '.join(sorted(each.sources))}"
        for each in found
    ]


async def shifts(store: Store, guild_id: int | None = None) -> list[str]:
    """ "rejects > open 5 held", oldest first."""
    async with store.read() as unit:
        found = await unit.shifts.find(None, None, guild_id=guild_id)
    return [f"{s.before.stance} > {s.after.stance} {s.day.day}{' held' * s.held}" for s in reversed(found)]


async def contradictions(store: Store) -> list[str]:
    async with store.read() as unit:
        found = await unit.contradictions.find(None, None, guild_id=None)
    return [f"{c.day.day} {c.decided or 'open question'}: {len(c.positions)}" for c in reversed(found)]


async def conditions(store: Store) -> list[str]:
    """ "if it rains 3-7 x2 standing"."""
    async with store.read() as unit:
        found = await unit.conditions.find(None, None, guild_id=None)
    return sorted(
        f"{c.words} {c.first.day if c.first else '-'}-{c.last.day if c.last else '-'} x{c.times} {c.state}" for c in found
    )


async def everything(store: Store) -> list[list[str]]:
    """The record without what tells the order of arrival, such as which of two shifts of one day is listed first."""
    found = [await positions(store), await shifts(store), await contradictions(store), await conditions(store)]
    return [sorted(each) for each in found]


async def rebuild(store: Store) -> None:
    async with store.write() as unit:
        await unit.positions.rebuild(await unit.positions.speakers())
