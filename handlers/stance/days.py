"""A sentence and its speaker come in; the day on which the words were said goes out, where the text fixes it.

First the day of the saying itself (`saying.py`), then that of a page that is all one person's words (`pages.py`), then that
of the occasion (`occasion.py`). Any backend asks `day_of_words`, once the article is read.
"""

from dataclasses import replace
from datetime import date

from handlers.model import Actor
from handlers.sentences import Sentence
from handlers.stance.claims import Claim
from handlers.stance.occasion import act_of, day_of_occasion, deeds, fill_acts
from handlers.stance.pages import day_of_entry, day_of_page, find_entries
from handlers.stance.parsing import Tree
from handlers.stance.saying import Moment, day_of_saying, is_another_time, moment_of
from handlers.stance.scene import Draft, Scene
from handlers.stance.sides import party_name


def said_on(scene: Scene, claim: Claim, holder: Actor) -> date | None:
    """Find the day of the words at the cue (or the predicate) of the sentence."""
    return _dated(scene, claim, holder)


def day_of_words(scene: Scene, sentence: Sentence, speaker: Actor, at: int | None = None) -> date | None:
    """Find the day on which a speaker said the words of a sentence; `at` is where in it they begin.

    For any backend: it needs no claim. The sentences before must have been read (`note_days`).
    """
    if not scene.filled:
        fill_acts(scene)
        scene.page = day_of_page(scene.text, scene.published)
        scene.entries = find_entries(scene.text, scene.published)
        scene.filled = True
    tree = scene.trees.get(sentence.start)
    moment = _moment(scene, tree) if tree is not None else None
    cued = _cued_day(scene, moment, speaker) if moment is not None else None
    day = cued or day_of_entry(scene.entries, sentence.start) or scene.page
    if day is not None or moment is None:
        return day or day_of_occasion(scene, sentence, speaker)
    at = sentence.start if at is None else at
    day = _told_day(scene, moment, speaker, at) or _day_at_the_close(scene, sentence, speaker, at)
    verbs = [cue.verb for cue in scene.heard.get(sentence.start, [])]
    verbs = verbs or [each for each in moment.tree.words if each.dep == "ROOT"]
    if day is not None or is_another_time(moment, verbs):
        return day
    return day_of_occasion(scene, sentence, speaker)


def _cued_day(scene: Scene, moment: Moment, speaker: Actor) -> date | None:
    """Take the day of a verb of saying whose subject is the speaker."""
    cues = scene.heard.get(moment.tree.sentence.start, [])
    own = [cue for cue in cues if any(_is_same_voice(each, speaker) for each in cue.speakers)]
    return next((day for cue in own if (day := day_of_saying(moment, cue.verb, cue.subject))), None)


def _day_at_the_close(scene: Scene, sentence: Sentence, speaker: Actor, at: int) -> date | None:
    """ "“It makes no sense. Not under bombs,” X told reporters on Monday": the verb stands where the quotation ends."""
    quote = next(iter(scene.quotes_in(at, sentence.end)), None)
    last = scene.sentence_at(quote.end - 1) if quote is not None else None
    if quote is None or last is None or last.start <= sentence.start or last.start not in scene.trees:
        return None
    return _told_day(scene, _moment(scene, scene.trees[last.start]), speaker, quote.end)


def _told_day(scene: Scene, moment: Moment, speaker: Actor, at: int) -> date | None:
    """Take the day of the verb above the words, of what the speaker did, or of the only thing that the sentence tells."""
    if not moment.days:
        return None
    tree = moment.tree
    cues = scene.heard.get(tree.sentence.start, [])
    word = next((each for each in tree.words if each.end > at), None)
    above = [word, *tree.ancestors(word)] if word is not None else []
    for cue in [*(cue for cue in cues if cue.verb in above), *(cues if len(cues) == 1 else [])]:
        day = day_of_saying(moment, cue.verb, cue.subject)
        if day is not None:
            return day
    told = deeds(scene, moment)
    own = next((day for day, actors, _ in told if any(_is_same_voice(each, speaker) for each in actors)), None)
    if own is not None or cues:
        return own
    verbs = [each for each in above if each.pos in {"VERB", "AUX"}]
    days = (day_of_saying(moment, verb, tree.subject(verb), narrated=True) for verb in verbs)
    day = next((day for day in days if day is not None), None)
    return day or next((day for day, _, described in told if described), None)


def with_day(scene: Scene, draft: Draft) -> Draft:
    """Give a draft the day of its words."""
    statement = draft.statement
    actor = scene.actors.get(statement.speaker)
    if statement.said_on is not None or actor is None:
        return draft
    sentence = scene.sentence_at(statement.start)
    day = day_of_words(scene, sentence, actor, statement.start) if sentence is not None else None
    return replace(draft, statement=replace(statement, said_on=day))


def _dated(scene: Scene, claim: Claim, holder: Actor) -> date | None:
    """Take a day that belongs to the saying, not to what is said ("said on Monday that talks resume on Friday")."""
    moment = _moment(scene, _own_tree(scene, claim))
    if claim.cue is not None:
        return day_of_saying(moment, claim.cue.verb, claim.cue.subject)
    cues = scene.cues.get(claim.tree.sentence.start, [])
    if claim.quote is not None:
        own = [cue for cue in cues if any(_is_same_voice(speaker, holder) for speaker in cue.speakers)]
        return next((day for cue in own or cues[:1] if (day := day_of_saying(moment, cue.verb, cue.subject))), None)
    moment = _moment(scene, claim.tree)
    verbs = [word for word in claim.chain.path if word.pos in {"VERB", "AUX"}]
    days = (day_of_saying(moment, verb, claim.tree.subject(verb), narrated=True) for verb in reversed(verbs))
    return next((day for day in days if day is not None), None)


def _own_tree(scene: Scene, claim: Claim) -> Tree:
    """Give the tree to which the sentence's cues belong: that of a mended quotation has no "he said"."""
    return scene.trees[claim.tree.sentence.start]


def _is_same_voice(speaker: Actor, holder: Actor) -> bool:
    return speaker.name == holder.name or party_name(speaker) == party_name(holder)


def _moment(scene: Scene, tree: Tree) -> Moment:
    start = tree.sentence.start
    since = next((act.day for act in reversed(scene.acts) if act.start < start), None)
    return moment_of(scene.text, tree, scene.quotes, scene.published, since)


def note_days(scene: Scene, tree: Tree) -> None:
    """Remember who is said to have spoken or acted on which day."""
    moment = _moment(scene, tree)
    start = tree.sentence.start
    if not moment.days:
        return
    found: dict[date, dict[str, Actor]] = {}
    described: set[date] = set()
    for cue in scene.heard[start]:
        day = day_of_saying(moment, cue.verb, cue.subject)
        if day is not None:
            found.setdefault(day, {}).update({actor.name: actor for actor in cue.speakers})
    for day, actors, unnamed in deeds(scene, moment):
        found.setdefault(day, {}).update({actor.name: actor for actor in actors})
        described |= {day} if unnamed else set()
    scene.acts += [act_of(scene, tree.sentence, day, actors.values(), day in described) for day, actors in found.items()]
