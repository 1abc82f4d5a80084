"""A chain and its speaker come in; the parties toward whom the stance is taken go out.

The clause decides ("with X", "between A and B", "meet X"), then the sentence, then the article's other main party.
A person stands for the party, except inside one's own party. A mediator has no counterpart.
"""

from handlers.model import Actor
from handlers.people import Mention
from handlers.sentences import Span
from handlers.stance.chain import Chain
from handlers.stance.cues import load_cues
from handlers.stance.parsing import Tree, Word
from handlers.stance.reference import Resolver
from handlers.stance.sides import is_capital, is_own, is_place, party_name
from handlers.stance.subjects import subject_of

_PRONOUNS = frozenset({"him", "her", "them", "it"})
_TOWARD = frozenset({"with", "to", "between", "from", "by", "against", "toward", "towards", "and", "among"})
_CALLING = frozenset({"urge", "call", "ask", "press", "invite", "push", "encourage", "tell"})


def _governed(tree: Tree, word: Word) -> list[Word]:
    """List the nouns behind "with", "to", "between" on one word of the chain, and the object of "meet"."""
    found: list[Word] = []
    for child in tree.children(word):
        if child.dep in {"prep", "dative"} and child.lower in _TOWARD:
            for prep in [child, *(each for each in tree.children(child) if each.dep == "conj")]:
                for noun in (each for each in tree.children(prep) if each.dep == "pobj"):
                    found += [noun, *(each for each in tree.children(noun) if each.dep == "conj" and each.pos == "PRON")]
            found += _stranded(tree, word, child)
        elif child.dep == "dobj" and word.lemma in {"meet", "invite", "urge", "engage", "call"}:
            found.append(child)
    return found


def _stranded(tree: Tree, verb: Word, prep: Word) -> list[Word]:
    """ "Turkey is a party he'd never sit with": whom a preposition at the end of a relative clause means."""
    noun = tree.head(verb) if verb.dep == "relcl" and tree.child(prep, "pobj", "pcomp") is None else None
    if noun is None or noun.pos == "VERB":
        return []
    copula = tree.head(noun)
    subject = tree.child(copula, "nsubj") if copula is not None and noun.dep == "attr" else None
    return [subject] if subject is not None else [noun]


def _in_clause(tree: Tree, chain: Chain, speaker: Actor, resolver: Resolver) -> list[str]:
    for word in [*chain.wording, *_complements(tree, chain), *chain.path[:6]]:
        found: list[str] = []
        for noun in _governed(tree, word):
            for actor in _meant(tree, noun, speaker, resolver):
                name = _name_for(speaker, actor)
                if name is not None and name not in found:
                    found.append(name)
        if found:
            return found
    return []


def _meant(tree: Tree, noun: Word, speaker: Actor, resolver: Resolver) -> tuple[Actor, ...]:
    """Resolve whom one talks with; "them" is first looked for in the sentence itself, then behind "she said of …"."""
    if noun.lower not in _PRONOUNS:
        return resolver.actors(tree, noun)
    before = resolver.cast.within(tree.sentence.start, noun.start)
    others = [each.actor for each in reversed(before) if not is_own(speaker, each.actor)]
    wanted = [actor for actor in others if (actor.kind == "person") == (noun.lower in {"him", "her"})]
    return tuple(wanted[:1]) or _spoken_about(tree, resolver) or resolver.actors(tree, noun)


def _spoken_about(tree: Tree, resolver: Resolver) -> tuple[Actor, ...]:
    """ "…," he said of the United States: whom the words are about."""
    for verb in tree.words:
        if verb.lemma in {"say", "write", "tell", "ask"}:
            for prep in tree.children(verb):
                pobj = tree.child(prep, "pobj") if prep.dep == "prep" and prep.lower in {"of", "about"} else None
                if pobj is not None:
                    return resolver.actors(tree, pobj)
    return ()


def _names_somebody_else(tree: Tree, chain: Chain) -> bool:
    """Whether the clause does say with whom, in words that no name was found for: then nobody else is guessed."""
    nouns = [
        noun
        for word in chain.path[:3]
        for child in tree.children(word)
        if child.lower == "with"
        for noun in tree.children(child)
    ]
    return any(_is_named(tree, noun) for noun in nouns)


def _is_named(tree: Tree, noun: Word) -> bool:
    """Whether a noun behind "with" is somebody: no pronoun, no "such a government", no "talks with …" again."""
    pointing = any(child.lower in {"this", "that", "these", "those", "such"} for child in tree.children(noun))
    return noun.dep == "pobj" and noun.pos != "PRON" and not pointing and noun.lemma not in load_cues().strong_nouns


def _sharing(tree: Tree, chain: Chain, speaker: Actor, resolver: Resolver) -> list[str]:
    """ "Saudi Arabia and Iran have agreed to meet", says Iran's president: the other of the two subjects."""
    if not (chain.accept or chain.engaged) or chain.ready:
        return []
    for word in reversed(chain.path):
        subject = tree.subject(word) if word.pos in {"VERB", "AUX"} else None
        if subject is None or subject in chain.path:
            continue
        actors = resolver.actors(tree, subject)
        if len(actors) > 1 and any(is_own(speaker, actor) for actor in actors):
            return [party_name(actor) for actor in actors if not is_own(speaker, actor)]
    return []


def _is_mediating(tree: Tree, chain: Chain, speaker: Actor, resolver: Resolver) -> bool:
    """Whether others are called to talk to each other: "urged A and B to meet", "talks between A and B" (guide rule 9)."""
    subject = subject_of(tree, chain)
    acting = resolver.actors(tree, subject) if subject is not None and not chain.ready else ()
    if len({party_name(actor) for actor in acting}) > 1 and not any(is_own(speaker, actor) for actor in acting):
        return True  # "A and B will meet again", says a third
    for word in [*chain.path, *(each for each in chain.wording if each not in chain.path)]:
        for child in tree.children(word):
            called = child.dep == "dobj" and word.lemma in _CALLING and word is not chain.term
            between = child.dep == "prep" and (
                child.lower in {"between", "among"} or (child.lower in {"on", "upon"} and word.lemma == "call")
            )
            nouns = [child] if called else [each for each in tree.children(child) if each.dep == "pobj"] if between else []
            actors = [actor for noun in nouns for actor in resolver.actors(tree, noun)]
            strangers = {party_name(actor) for actor in actors if not is_own(speaker, actor)}
            if len(strangers) != len({party_name(actor) for actor in actors}):
                continue
            if len(strangers) > 1 or (called and strangers and set(_beyond(tree, chain, speaker, resolver)) - strangers):
                return True
    return False


def _is_only_called(
    tree: Tree, chain: Chain, clause: list[str], all_sides: list[str], sides: list[str], resolver: Resolver
) -> bool:
    """Whether somebody is only told to talk, by one who is no side of the dispute ("China urged Sudan to return to talks")."""
    far = any(word.lemma in _CALLING for word in chain.path[3:])  # "urged China to use its weight to resume talks"
    if far:
        return True
    called = [c for word in chain.path[1:] if word.lemma in _CALLING for c in tree.children(word) if c.dep == "dobj"]
    names = {party_name(actor) for noun in called for actor in resolver.actors(tree, noun)}
    return bool(names) and set(clause) <= names and not set(all_sides) <= set(sides)


def _beyond(tree: Tree, chain: Chain, speaker: Actor, resolver: Resolver) -> list[str]:
    """Whom those who are called shall talk to ("urged China to accept Taiwan's offer")."""
    nouns = [noun for noun in _governed(tree, chain.term) if noun.dep == "pobj"]
    named = [name for noun in nouns for actor in resolver.actors(tree, noun) if (name := _name_for(speaker, actor))]
    return named or _modifier(tree, chain, speaker, resolver)


def _complements(tree: Tree, chain: Chain) -> list[Word]:
    """List verbs below an idiom: "no problem | negotiating with others"."""
    verbs = [child for word in chain.wording for child in tree.children(word) if child.dep in {"acl", "pcomp", "xcomp"}]
    nouns = [child for word in chain.wording for child in tree.children(word) if child.lemma in load_cues().strong_nouns]
    return [*verbs, *nouns]


def _name_for(speaker: Actor, actor: Actor) -> str | None:
    """Name the other one; inside one's own party a person or an opposition keeps its own name."""
    if actor.name == speaker.name or (actor.kind == "person" and actor.party is None and speaker.party is not None):
        return None
    if party_name(actor) == party_name(speaker):
        return actor.name if actor.kind != "party" and speaker.kind != "party" and actor.name != party_name(speaker) else None
    return party_name(actor)


def _modifier(tree: Tree, chain: Chain, speaker: Actor, resolver: Resolver) -> list[str]:
    """Read "US talks", "Iran's offer", "the American proposal": a party that stands before the negotiating noun."""
    for word in chain.path[:3]:
        for child in tree.children(word):
            if child.dep in {"poss", "amod", "compound", "nmod"}:
                for mention in resolver.cast.within(child.start, child.end):
                    if child.dep == "compound" and is_capital(resolver.text, mention):
                        continue
                    if not is_own(speaker, mention.actor) and (mention.actor.kind != "person" or mention.actor.party):
                        return [party_name(mention.actor)]
    return []


def _nearest(text: str, mentions: list[Mention], speaker: Actor, position: int, sides: list[str]) -> list[str]:
    """Take the other side named nearest in the same sentence."""
    others = [
        m
        for m in mentions
        if not is_place(text, m) and not is_own(speaker, m.actor) and (m.actor.kind != "person" or m.actor.party)
    ]
    fitting = [m for m in others if party_name(m.actor) in sides]
    if not fitting and len({party_name(m.actor) for m in others if m.actor.kind == "party"}) == 1:
        fitting = [m for m in others if m.actor.kind == "party"]
    fitting.sort(key=lambda mention: abs(mention.start - position))
    return [party_name(fitting[0].actor)] if fitting else []


def find_counterparts(
    tree: Tree, chain: Chain, speaker: Actor, resolver: Resolver, sides: list[str], region: Span
) -> tuple[list[str], float]:
    """Give the counterparts, best guess first, and how surely: 1.0 from the clause, less from its surroundings."""
    if _is_mediating(tree, chain, speaker, resolver):
        return [], 0.9
    clause = (
        _in_clause(tree, chain, speaker, resolver)
        or _sharing(tree, chain, speaker, resolver)
        or _modifier(tree, chain, speaker, resolver)
    )
    if clause and not _is_only_called(tree, chain, clause, [party_name(speaker), *clause], sides, resolver):
        return clause, 1.0
    addressed = [name for actor in _spoken_about(tree, resolver) if (name := _name_for(speaker, actor))]
    if addressed and not clause:
        return addressed[:1], 0.9
    if clause or party_name(speaker) not in sides or _names_somebody_else(tree, chain):
        return [], 0.7
    quoted = resolver.cast.within(region.start, region.end)
    sentence = resolver.cast.within(tree.sentence.start, tree.sentence.end)
    near = _nearest(resolver.text, quoted, speaker, chain.term.start, sides) or _nearest(
        resolver.text, sentence, speaker, chain.term.start, sides
    )
    if near:
        return near, 0.8
    return [name for name in sides if name != party_name(speaker)][:1], 0.65
