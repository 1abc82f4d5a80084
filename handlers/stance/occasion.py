"""What an article tells of its days comes in; the day of the occasion on which somebody spoke goes out.

An act is a sentence in which somebody spoke or did something on a day. Words without a day of their own were said on the
day of their speaker's act, or of the act that introduces the speaker. A plan ("they meet on Friday") is no act.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from handlers.dates import find_days
from handlers.model import Actor
from handlers.sentences import Sentence
from handlers.stance.parsing import Tree, Word
from handlers.stance.saying import Moment, is_told
from handlers.stance.scene import Act, Scene
from handlers.stance.sides import party_name
from handlers.wording import load_words

SAME_OCCASION = 900
"""Characters over which an unnamed speaker ("Iran's envoy said on Tuesday") is introduced by name."""
SAME_GROUP = 1
"""Paragraphs: a country or a party says many things in one article, so its day holds for the next paragraph only."""
MEETING = 5
"""Paragraphs below the lead in which the people named in it ("X met Y on Monday") still speak of that meeting."""
HEADLINE = 1
"""A headline and the first paragraph tell in short what is dated further down, up to `LATER` paragraphs on."""
LATER = 2
STALE = timedelta(days=7)
"""Older acts are history: undated words elsewhere in the article are not of them."""

_PLANNED = re.compile(
    r"\b(?:will|would|due|planned|scheduled|expected|until|by|before|since|after|from|should|may|can)\b[^,]*$"
)
_PAST = re.compile(r"\b(?:said|told|was|were|did|had|came|went|met|spoke|wrote|gave|took|left|\w{3,}ed)\b")
_HELD_BY = frozenset({"since", "until", "till", "by", "before", "after", "from", "ahead"})
_STATES = frozenset({"be", "have", "remain", "stay"})
_WISHES = frozenset({"want", "wish", "hope", "plan", "expect", "intend", "need", "schedule", "invite"})


def deeds(scene: Scene, moment: Moment) -> list[tuple[date, tuple[Actor, ...], bool]]:
    """List the days of a sentence on which something happened, who did it, and whether that is only described."""
    found: list[tuple[date, tuple[Actor, ...], bool]] = []
    for day in moment.days:
        word = next((each for each in moment.tree.words if each.end > day.start), None)
        verb = _verb_of(moment.tree, word) if word is not None else None
        if verb is not None:
            subject = moment.tree.subject(verb)
            doers = _doers(scene, moment.tree, subject) if subject is not None else ()
            if _is_own_report(scene, moment.tree, verb, doers):
                continue
            found.append((day.day, doers, _is_described(subject, doers)))
    return found


def _verb_of(tree: Tree, word: Word) -> Word | None:
    """Give the verb to which a day belongs, where it tells of something that happened."""
    above = list(tree.ancestors(word))
    verb = next((each for each in above if each.pos in {"VERB", "AUX"}), None)
    held = next((each for each in above if each.dep == "prep"), None)
    if verb is None or (held is not None and held.lower in _HELD_BY):
        return None
    if verb.dep == "relcl" or verb.lemma in _WISHES or not is_told(tree, verb) or _is_content(tree, verb):
        return None
    return verb


def _is_content(tree: Tree, verb: Word) -> bool:
    """ "Said that it was ready for talks on Friday": a state in what somebody says has no day, the talks have."""
    if verb.lemma not in _STATES:
        return False
    say = load_words().words("say")
    clauses = (each for each in [verb, *tree.ancestors(verb)] if each.dep == "ccomp")
    return any(head is not None and head.lemma in say for head in map(tree.head, clauses))


def _is_own_report(scene: Scene, tree: Tree, verb: Word, doers: Iterable[Actor]) -> bool:
    """ "He said that he had sat with them on Sunday": what a speaker tells of another day is not the day of the words."""
    above = [verb, *tree.ancestors(verb)]
    heads = {each.head for each in above if each.dep == "ccomp"}
    names = {actor.name for actor in doers}
    cues = [cue for cue in scene.heard.get(tree.sentence.start, []) if cue.verb.i in heads]
    return any(not names or names & {each.name for each in cue.speakers} for cue in cues)


def _doers(scene: Scene, tree: Tree, subject: Word) -> tuple[Actor, ...]:
    found = {actor.name: actor for actor in scene.resolver.actors(tree, subject)}
    for each in tree.subtree(subject):
        found |= {mention.actor.name: mention.actor for mention in scene.resolver.cast.within(each.start, each.end)}
    return tuple(found.values())


def _is_described(subject: Word | None, doers: Iterable[Actor]) -> bool:
    """ "Its chief negotiator", "the head of Iran's Revolutionary Guards": somebody whom a later sentence names."""
    words = load_words()
    nouns = words.words("person_nouns") | words.words("party_nouns")
    named = any(actor.kind == "person" for actor in doers)
    return subject is not None and not named and subject.lemma in nouns


def act_of(scene: Scene, sentence: Sentence, day: date, actors: Iterable[Actor], described: bool = False) -> Act:
    """Make the act that a sentence tells."""
    actors = list(actors)
    mentions = scene.resolver.cast.within(sentence.start, sentence.end)
    return Act(
        sentence.start,
        sentence.paragraph,
        day,
        frozenset(actor.name for actor in actors),
        frozenset(party_name(actor) for actor in actors),
        frozenset(mention.actor.name for mention in mentions),
        not any(actor.kind == "person" for actor in actors),
        described,
    )


def fill_acts(scene: Scene) -> None:
    """Add the acts of the sentences that were not parsed, by their words alone."""
    for sentence in scene.sentences:
        if sentence.start in scene.trees:
            continue
        words = _unquoted(scene, sentence)
        days = find_days(words, scene.published)
        if len({each.day for each in days}) != 1 or not _PAST.search(words) or _PLANNED.search(words[: days[0].start][-60:]):
            continue
        at = sentence.start + days[0].start
        before = scene.resolver.cast.within(sentence.start, at)
        scene.acts.append(act_of(scene, sentence, days[0].day, {each.actor.name: each.actor for each in before}.values()))
    scene.acts.sort(key=lambda act: act.start)


def _unquoted(scene: Scene, sentence: Sentence) -> str:
    words = list(scene.text[sentence.start : sentence.end])
    for quote in scene.quotes_in(sentence.start, sentence.end):
        for at in range(max(quote.start, sentence.start), min(quote.end, sentence.end)):
            words[at - sentence.start] = "_"
    return "".join(words)


def day_of_occasion(scene: Scene, sentence: Sentence, speaker: Actor) -> date | None:
    """Give the day of the act to which undated words belong; None where none is near, or an older one is history."""
    acts = [act for act in scene.acts if not _is_history(scene, act, sentence)]
    before = [act for act in acts if act.start <= sentence.start]
    own = [act for act in before if speaker.name in act.names]
    if own and (speaker.kind == "person" or sentence.paragraph - own[-1].paragraph <= SAME_GROUP):
        return own[-1].day
    if not own and sentence.paragraph <= HEADLINE:
        later = next((act for act in acts if speaker.name in act.names), None)
        if later is not None and later.paragraph - sentence.paragraph <= LATER:
            return later.day
    if not before or speaker.kind != "person":
        return None
    last = before[-1]
    if _introduces(scene, last, sentence, speaker):
        return last.day
    lead = last.paragraph <= HEADLINE and sentence.paragraph - last.paragraph <= MEETING
    return last.day if lead and speaker.name in last.beside else None


def _introduces(scene: Scene, act: Act, sentence: Sentence, speaker: Actor) -> bool:
    """ "The envoy of Ukraine said on Tuesday …. Iryna Melnychuk told …": named only now, and of the same party."""
    first = next((each.start for each in scene.resolver.cast.mentions if each.actor.name == speaker.name), sentence.start)
    if not act.unnamed or first < act.start or sentence.start - act.start > SAME_OCCASION:
        return False
    nobody = not act.names and act.paragraph == sentence.paragraph and act.described
    return nobody or party_name(speaker) in act.parties


def _is_history(scene: Scene, act: Act, sentence: Sentence) -> bool:
    return scene.published is not None and scene.published - act.day > STALE and act.paragraph != sentence.paragraph
