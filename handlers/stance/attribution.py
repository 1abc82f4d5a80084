"""Parsed sentences and quotations come in; who says what goes out: verbs of saying, their subjects, quotations with speakers.

Any backend may use it. Covers "X said", "said X", "according to X", "was quoted as saying", "X: …", and quotations whose
speaker stands in a neighbouring sentence.
"""

import re
from dataclasses import dataclass
from itertools import chain, takewhile

from handlers.model import Actor
from handlers.quotations import Quotation
from handlers.sentences import Sentence, overlapping
from handlers.stance.parsing import Tree, Word
from handlers.stance.predicates import says_no
from handlers.stance.reference import Resolver
from handlers.wording import load_words

_COLON = re.compile(r"^[^\n:“”\"]{2,90}:\s*[“\"«]?")
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say that somebody says something; no speakers where the text names nobody."""

    verb: Word
    speakers: tuple[Actor, ...]
    start: int
    subject: Word | None = None


def _say_verbs(tree: Tree) -> list[Word]:
    say = load_words().words("say")
    verbs = (word for word in tree.words if word.pos in {"VERB", "AUX"})
    return [word for word in verbs if (word.lemma in say and not says_no(tree, word)) or _announces(tree, word)]


def _announces(tree: Tree, verb: Word) -> bool:
    """ "Made a surprise announcement that talks would begin": a light verb with a noun that reports speech."""
    noun = tree.child(verb, "dobj") if verb.lemma in {"make", "issue", "give", "release", "deliver", "send"} else None
    return noun is not None and noun.lemma in load_words().words("announcements")


def _by_verb(tree: Tree, verb: Word) -> list[Word]:
    """List who may be the subject of a verb of saying, the likeliest first; inverted ("said Khamenei") and shared ones too."""
    found = [child for child in tree.children(verb) if child.dep in _SUBJECTS]
    found.sort(key=lambda child: (_is_set_off(tree, child, verb), abs(child.i - verb.i)))
    agent = tree.child(verb, "agent")
    if agent is not None:
        found.insert(0, tree.child(agent, "pobj") or agent)
    # The parser often calls an inverted subject an object: '"…," said Khamenei'.
    after = tree.child(verb, "dobj", "attr", "npadvmod", "appos", "oprd")
    if after is not None and after.i == verb.i + 1 + _left_size(tree, after) and tree.words[verb.i - 1].pos == "PUNCT":
        found.append(after)
    elif not found and verb.dep in {"pcomp", "xcomp", "conj", "advcl", "acl", "relcl", "amod"}:
        shared = tree.subject(verb)
        found += [shared] if shared is not None else []
    return found


def _is_set_off(tree: Tree, subject: Word, verb: Word) -> bool:
    """ "Iran, said its minister, has agreed": what stands before the comma is not who says it."""
    return subject.i + 1 == verb.i - 1 and tree.words[subject.i + 1].lower == ","


def _left_size(tree: Tree, word: Word) -> int:
    return sum(1 for each in tree.subtree(word) if each.i < word.i)


def _according_to(tree: Tree) -> list[tuple[Word, Word]]:
    found: list[tuple[Word, Word]] = []
    for word in tree.words[:-2]:
        if word.lower == "according" and tree.words[word.i + 1].lower == "to":
            governed = tree.child(tree.words[word.i + 1], "pobj") or tree.child(word, "pobj")
            if governed is not None:
                found.append((word, governed))
    return found


def find_cues(tree: Tree, resolver: Resolver, quotations: list[Quotation]) -> list[Cue]:
    """List the cues of a sentence outside quotation marks, and remember who spoke."""
    pairs = [(verb, _by_verb(tree, verb)) for verb in _say_verbs(tree)]
    pairs += [(verb, [governed]) for verb, governed in _according_to(tree)]
    found: list[Cue] = []
    for verb, subjects in pairs:
        outside = [word for word in subjects if not _is_quoted(word, quotations)] or _set_off(tree, verb, resolver)
        if not outside or _is_quoted(verb, quotations) or _passes_on(verb, outside[0]):
            continue
        resolved = ((subject, resolver.actors(tree, subject)) for subject in outside)
        subject, speakers = next((pair for pair in resolved if pair[1]), (outside[0], ()))
        if speakers or _is_somebody(subject):
            found.append(Cue(verb, speakers, verb.start, subject))
            resolver.recent.add(subject.start, speakers)
    return found


def before_colon(text: str, sentence: Sentence, resolver: Resolver) -> tuple[int, tuple[Actor, ...]]:
    """Read "Khamenei: No war" and "Naqdi said on Tuesday:": the actor before a colon, and where the words begin."""
    match = _COLON.match(text[sentence.start : sentence.end])
    if match is None or match.end() >= sentence.end - sentence.start:
        return 0, ()
    mentions = resolver.cast.within(sentence.start, sentence.start + match.end())
    if len(mentions) > 2 or not mentions:
        return 0, ()
    persons = [mention for mention in mentions if mention.actor.kind == "person"]
    return sentence.start + match.end(), ((persons or mentions)[-1].actor,)


def _set_off(tree: Tree, verb: Word, resolver: Resolver) -> list[Word]:
    """ "After the ambassador, Jane Roe, said …": the person right before the verb, where the parser found no subject."""
    near = next((mention for mention in resolver.cast.before(verb.start)), None)
    if near is None or near.actor.kind != "person" or resolver.text[near.end : verb.start].strip(" ,\xa0"):
        return []
    return tree.at(near.end - 1, near.end)


def _is_quoted(word: Word, quotations: list[Quotation]) -> bool:
    return any(quote.start <= word.start < quote.end for quote in quotations)


def _passes_on(verb: Word, subject: Word) -> bool:
    """Whether only a newspaper or an agency reports it: the words are somebody else's."""
    return subject.lower in load_words().words("media") and verb.lemma in {"report", "say", "write", "quote", "cite", "add"}


def _is_somebody(noun: Word) -> bool:
    """Whether a speaker is there, but without a name ("a spokesperson said"): then the words are nobody else's."""
    words = load_words()
    return noun.pos == "NOUN" and (noun.lemma in words.words("person_nouns") or noun.lemma in words.words("party_nouns"))


def has_unnamed_source(tree: Tree, verb: Word) -> bool:
    """Whether somebody says it whom the text does not name ("officials said", "his office said", "the daily wrote")."""
    subjects = _by_verb(tree, verb)
    return bool(subjects) and subjects[0].pos == "NOUN"


@dataclass(frozen=True, slots=True)
class Voice:
    """The speakers of one quotation, and how surely: 1.0 named beside it, less when taken from its surroundings."""

    speakers: tuple[Actor, ...]
    certainty: float
    passed_on: bool = False


def _beside(
    text: str, quote: Quotation, sentences: list[Sentence], cues: dict[int, list[Cue]], resolver: Resolver
) -> Voice | None:
    """Find a cue in the sentence that ends the quotation, else in the one that opens it, else before a colon."""
    sentences = list(overlapping(sentences, quote.start - 3, quote.end + 1))
    last = next((s for s in sentences if s.start <= quote.end <= s.end + 2), None)
    passed_on = [cue for s in sentences if s.start <= quote.end and quote.start < s.end for cue in cues.get(s.start, [])]
    if _quotes_another(passed_on):
        return Voice((), 1.0, passed_on=True)
    first = next((s for s in sentences if s.start <= quote.start < s.end), None)
    for sentence in (last, first):
        if sentence is None:
            continue
        near = sorted(cues.get(sentence.start, []), key=lambda cue: _distance(cue, quote))
        if near:
            return Voice(near[0].speakers, 1.0)
        _, actors = before_colon(text, sentence, resolver)
        if actors and sentence.start < quote.start:
            return Voice(actors, 0.9)
    return None


def _quotes_another(cues: list[Cue]) -> bool:
    """ "He quoted him as saying", "said, quoting Kennedy": a person passes on another's words. An agency always does."""
    passing = [cue for cue in cues if cue.verb.lemma in load_words().words("passing_on")]
    active = [cue for cue in passing if cue.verb.tag in {"VBD", "VBZ", "VBP"} and cue.speakers]
    beside = [cue for cue in cues if cue not in passing] if any(cue.verb.tag == "VBG" for cue in passing) else []
    return any(speaker.kind == "person" for cue in [*active, *beside] for speaker in cue.speakers)


def _distance(cue: Cue, quote: Quotation) -> int:
    return cue.start - quote.end if cue.start >= quote.end else quote.start - cue.start + 20


def find_voices(
    text: str,
    quotes: list[Quotation],
    sentences: list[Sentence],
    cues: dict[int, list[Cue]],
    resolver: Resolver,
    earlier: Voice | None,
) -> dict[int, Voice]:
    """Give each quotation of one paragraph its speakers. `earlier` is the voice with which the paragraph before ended."""
    found: dict[int, Voice] = {}
    for quote in quotes:
        voice = earlier if quote.continues and earlier is not None else _beside(text, quote, sentences, cues, resolver)
        if voice is not None:
            found[quote.start] = voice
    inside = [cue for sentence in sentences for cue in cues.get(sentence.start, [])]
    for index, quote in enumerate(quotes):
        if quote.start not in found:
            voice = _neighbour(quotes, index, found) or _paragraph(quote, inside) or _lead_in(text, quote, resolver)
            if voice is not None:
                found[quote.start] = voice
    return found


def _neighbour(quotes: list[Quotation], index: int, found: dict[int, Voice]) -> Voice | None:
    for number in chain(range(index - 1, -1, -1), range(index + 1, len(quotes))) if found else ():
        voice = found.get(quotes[number].start)
        if voice is not None:
            return Voice(voice.speakers, min(0.9, voice.certainty))
    return None


def _paragraph(quote: Quotation, inside: list[Cue]) -> Voice | None:
    """Take the last cue before the quotation in its paragraph, else the first one behind it."""
    before = [cue for cue in inside if cue.start < quote.start]
    chosen = before[-1] if before else inside[0] if inside else None
    return Voice(chosen.speakers, 0.8) if chosen else None


def _lead_in(text: str, quote: Quotation, resolver: Resolver) -> Voice | None:
    """A paragraph of nothing but quotation belongs to whoever spoke last, surely so after a colon."""
    actor = next(resolver.recent.before(quote.start), None)
    if actor is None:
        close = takewhile(lambda mention: quote.start - mention.end < 300, resolver.cast.before(quote.start))
        near = next((mention for mention in close if mention.actor.kind == "person"), None)
        return Voice((near.actor,), 0.6) if near is not None else None
    return Voice((actor,), 0.85 if text[: quote.start - 1].rstrip().endswith(":") else 0.75)
