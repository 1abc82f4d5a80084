"""A sentence of a read article comes in; each actor's role in it goes out: how the text brings the actor in, and where.

Roles are features of the choices that `holders` and `partners` make: what a word is to its verb, what stands before it.
"""

from handlers.sentences import Sentence
from handlers.stance.parsing import Tree, Word
from handlers.stance.places import Place
from handlers.stance.scene import Role, Scene
from handlers.stance.sides import is_place

_TOWARD = frozenset({"with", "to", "toward", "towards", "against", "between", "from", "and"})
_ADDRESSED = frozenset({"urge", "call", "ask", "tell", "invite", "demand", "press", "warn", "appeal", "beg", "want", "expect"})


def find_roles(scene: Scene, sentence: Sentence) -> list[Role]:
    """List who is in a sentence of a read article, in the order of the text; found once, asked for by each choice."""
    if sentence.start not in scene.roles:
        scene.roles[sentence.start] = _found(scene, sentence)
    return scene.roles[sentence.start]


def _found(scene: Scene, sentence: Sentence) -> list[Role]:
    tree = scene.trees.get(sentence.start)
    found: dict[str, Role] = {}
    for place in scene.places.get(sentence.start, []):
        if not sentence.start <= place.start < sentence.end:
            continue
        for actor in place.actors:
            role = found.setdefault(actor.name, Role(actor, place.start))
            role.places.append(place)
            role.quoted = role.quoted or bool(scene.quotes_in(place.start, place.start + 1))
            _note_text(scene, role, place)
            if tree is not None:
                _note_tree(tree, role, place)
    return list(found.values())


def _note_text(scene: Scene, role: Role, place: Place) -> None:
    for mention in scene.resolver.cast.within(place.start, place.end):
        role.by_name = True
        role.location = role.location or is_place(scene.text, mention)
    behind = scene.text[place.end : place.end + 2]
    role.possessive = role.possessive or behind[:1] in {"'", "’"}


def _note_tree(tree: Tree, role: Role, place: Place) -> None:
    head = _head(tree, place)
    if head is None:
        return
    governor = tree.head(head)
    if head.dep in {"nsubj", "nsubjpass"}:
        role.subject = True
        role.passive = role.passive or head.dep == "nsubjpass"
        role.main_subject = role.main_subject or (governor is not None and governor.dep == "ROOT")
    elif head.dep == "pobj" and governor is not None:
        role.toward = role.toward or governor.lower in _TOWARD
        role.other_preposition = role.other_preposition or governor.lower not in _TOWARD
    elif head.dep in {"dobj", "iobj", "dative"} and governor is not None:
        role.addressed = role.addressed or governor.lemma in _ADDRESSED


def _head(tree: Tree, place: Place) -> Word | None:
    """Give the word of a place that the others of it hang on."""
    words = tree.at(place.start, place.end)
    inside = {word.i for word in words}
    return next((word for word in words if word.head not in inside or word.head == word.i), None)
