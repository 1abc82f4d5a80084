"""What the operator changes about actors, answered: /actor add, alias, merge, undo. Every server sees it, so nobody else may.

The record's part is `storage/amendments.py`.
"""

from bot.cards import Reply
from bot.desk import Asker, Desk
from bot.options import limit_text
from bot.phrases import plural
from handlers.errors import QuestionError
from handlers.model import Actor, ActorKind, Office
from storage.amendments import Amended

LONGEST = 160
"""Characters; no name is longer (`handlers.names.LONGEST`)."""
BACK = "/actor undo takes it back."


async def add(
    desk: Desk, asker: Asker, *, name: str, kind: ActorKind = "person", party: str | None = None, office: str | None = None
) -> Reply:
    """Somebody outside the registry, described: whom they speak for, and in which office."""
    _operator_only(asker)
    name = _named(desk, name)
    side = await desk.maybe_actor(party, asker)
    title = limit_text(office, "office", LONGEST)
    if title and side is None:
        raise QuestionError("office: say of which party, too.")
    offices = (Office(title, side),) if title and side else ()
    async with desk.store.write() as unit:
        before = await unit.actors.get(name) or Actor(name)
        told = Actor(name, kind, side, before.aliases, offices, before.gender, before.rank, before.description)
        done = await unit.amendments.add(told, desk.now())
    words = [kind, *([f"speaks for {side}"] if side else []), *([title] if title else [])]
    return _reply(done, f"{done.name}: {', '.join(words)}.", BACK)


async def alias(desk: Desk, asker: Asker, *, actor: str, name: str) -> Reply:
    """Another name of an actor; what is on record under it goes along."""
    _operator_only(asker)
    return await _mean(desk, _named(desk, name), await desk.actor(actor, asker))


async def merge(desk: Desk, asker: Asker, *, actor: str, into: str) -> Reply:
    """One actor's record into another's."""
    _operator_only(asker)
    name = _named(desk, await _recorded(desk, asker, actor))
    return await _mean(desk, name, await desk.actor(into, asker))


async def undo(desk: Desk, asker: Asker, *, name: str) -> Reply:
    """Take back the newest change of this name."""
    _operator_only(asker)
    async with desk.store.write() as unit:
        done = await unit.amendments.undo(name)
        is_shown = await desk.ingest.update_shown(unit, done.changed)
    if is_shown:
        desk.ingest.wake()
    if done.target is None:
        return _reply(done, f"{done.name} is what the articles say again.")
    return _reply(done, f"{done.name} no longer means {done.target}. {_moved(done)}")


async def _mean(desk: Desk, name: str, target: str) -> Reply:
    async with desk.store.write() as unit:
        done = await unit.amendments.mean(name, target, desk.now())
        is_shown = await desk.ingest.update_shown(unit, done.changed)
    if is_shown:
        desk.ingest.wake()
    return _reply(done, f"{done.name} means {done.target} from now on. {_moved(done)}", BACK)


async def _recorded(desk: Desk, asker: Asker, text: str) -> str:
    """Exactly as the record has it, where it does: the name of somebody only one server has heard may be typed in full."""
    async with desk.store.read() as unit:
        if await unit.amendments.is_on_record(text):
            return text
    return await desk.actor(text, asker)


def _named(desk: Desk, text: str) -> str:
    """A name that is free: the registry's own names are lines in its files, not amendments."""
    name = limit_text(text, "name", LONGEST)
    if name is None:
        raise QuestionError("name: it is empty.")
    if (known := desk.registry.find(name)) is not None:
        raise QuestionError(f"“{name}” is {known.name} in the registry of actors, which this does not change.")
    return name


def _moved(done: Amended) -> str:
    return f"{plural(done.statements, 'statement')} moved."


def _reply(done: Amended, said: str, *more: str) -> Reply:
    data: dict[str, object] = {"kind": done.kind, "name": done.name, "actor": done.target, "statements": done.statements}
    return Reply("Actors", lines=(said, *more), is_private=True, data=(data,))


def _operator_only(asker: Asker) -> None:
    if not asker.may_amend:
        raise QuestionError("Only the operator of this bot may change actors: every server would see it.")
