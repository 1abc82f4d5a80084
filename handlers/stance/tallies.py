"""A judged sentence comes in; what the encoder made of it goes out as steps of an account: stance, holder, counterpart."""

from collections.abc import Iterator, Sequence

from handlers.model import Statement
from handlers.stance.partners import find_partners
from handlers.stance.scene import Scene
from handlers.stance.steps import Step
from handlers.stance.votes import Judged

SHOWN = 3
"""Options of each choice that are told; the rest is small change."""


def tally(scene: Scene, judged: Judged, statements: Sequence[Statement]) -> Iterator[Step]:
    """Tell each choice with its likeliest options, and for each statement toward whom."""
    none = 1 - sum(judged.chances.values())
    chances = sorted(((chance, stance.value) for stance, chance in judged.chances.items()), reverse=True)
    yield Step("encoder", "", _listed([*chances[:SHOWN], (none, "no stance")]))
    holders = [(holder.chance, holder.actor.name if holder.actor else "nobody named") for holder in judged.holders[:SHOWN]]
    yield Step("holder", "", _listed(holders))
    actors = {holder.actor.name: holder.actor for holder in judged.holders if holder.actor}
    for statement in statements:
        actor = actors.get(statement.speaker)
        if actor is not None:
            found = find_partners(scene, judged.sentence, actor, statement.stance)[:SHOWN]
            yield Step(
                "partner", statement.speaker, _listed([(each.chance, each.name or "nobody in particular") for each in found])
            )


def _listed(options: Sequence[tuple[float, str]]) -> str:
    return ", ".join(f"{name} {chance:.2f}" for chance, name in options)
