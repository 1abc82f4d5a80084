"""A report and its speakers come in; whose stance it tells goes out: the speaker's, or that of the one spoken of.

Here the guide's rules on nested reports live (rules 4, 6, 11 and 17).
"""

import re

from handlers.model import Actor, Stance
from handlers.stance.attribution import Cue
from handlers.stance.chain import Chain
from handlers.stance.cues import load_cues
from handlers.stance.parsing import Tree, Word
from handlers.stance.reference import Resolver, is_first_person
from handlers.stance.sides import party_name
from handlers.stance.subjects import subject_of
from handlers.wording import load_words

_IN_OFFICE = frozenset({"president", "leader", "spokesman", "spokeswoman", "spokesperson", "premier", "lawmaker"})
_OTHERS = frozenset({"they", "he", "she", "it"})


def told(
    tree: Tree,
    chain: Chain,
    stance: Stance,
    speakers: tuple[Actor, ...],
    resolver: Resolver,
    *,
    quoted: bool,
    cue: Cue | None = None,
) -> tuple[tuple[Actor, ...], float]:
    """Decide whose stance a report tells: the speaker's, or that of the one spoken of."""
    subject = subject_of(tree, chain)
    if subject is not None and is_first_person(subject):
        return speakers, 1.0
    if any(looks_on(speaker) for speaker in speakers):
        return (), 0.0
    if subject is None or chain.demand is not None:
        return speakers, 1.0  # what must come before talks is the speaker's demand, whoever has to do it
    if quoted and subject.lower in _OTHERS and not (stance is Stance.OPEN and chain.modal):
        return (), 0.0  # "they are talking", says somebody of others
    if quoted and subject.lower in _OTHERS:
        return speakers, 0.9  # "they could come and talk to us": the offer is the speaker's
    if quoted and subject.lower == "you" and not _is_general(chain, stance):
        return (), 0.0  # "you refuse to talk": an accusation
    spoken_of = resolver.actors(tree, subject)
    if len(spoken_of) > 1 and any(party_name(actor) == party_name(speaker) for actor in spoken_of for speaker in speakers):
        return speakers, 1.0  # "India and China have agreed to talk", says one of the two
    if not spoken_of and stance is Stance.ENGAGED and _is_outsider(subject):
        return (), 0.0
    others = tuple(actor for actor in spoken_of if actor.name not in {speaker.name for speaker in speakers})
    if subject.dep == "nsubjpass" and tree.child(tree.head(subject) or subject, "agent") is None and not quoted:
        return speakers, 0.9  # "they had been invited to talks", says who invites
    if others and stance is not Stance.ENGAGED and _is_their_own(tree, subject, speakers, resolver):
        return speakers, 0.9
    if others and stance is Stance.ENGAGED and not quoted and _is_news_of(chain, spoken_of):
        return speakers, 0.8
    if not others or any(actor.name == party_name(speaker) for actor in others for speaker in speakers):
        return speakers, 1.0
    own = {party_name(speaker) for speaker in speakers}
    if all(party_name(actor) in own for actor in others):
        return (others, 0.9) if others[0].kind == "person" else (speakers, 0.9)
    if cue is not None and cue.verb.lemma in load_words().words("foretelling"):
        return (), 0.0
    if chain.term.lemma in load_cues().wishes or any(word.lemma in load_cues().wishes for word in chain.path):
        return (speakers, 0.65) if stance is Stance.OPEN else ((), 0.0)
    acts = stance is Stance.REJECTS or chain.accept or chain.kind == "idiom"
    named = any(mention.actor in others for mention in resolver.cast.within(tree.sentence.start, tree.sentence.end))
    return (others, 0.7) if acts and named and subject.pos in {"PROPN", "NOUN"} else ((), 0.0)


def _is_general(chain: Chain, stance: Stance) -> bool:
    """Whether "you" may mean anybody ("you do not talk to a cartel"), or is invited ("you should talk to us")."""
    bare = all(word.lower in load_cues().negators for word in chain.turned_by) and not (chain.future or chain.ready)
    return chain.modal if stance is Stance.OPEN else stance is Stance.REJECTS and bare and not chain.accept


def looks_on(speaker: Actor) -> bool:
    """Whether the article introduces a speaker as an analyst or the like: what they foretell is nobody's position."""
    words = set(re.findall(r"[\w-]+", (speaker.description or "").casefold()))
    known = load_words()
    return bool(words & known.words("onlookers")) and not words & (known.words("envoy_titles") | _IN_OFFICE)


def _is_outsider(subject: Word) -> bool:
    """Whether a subject is nobody of whom an article on politics speaks ("her club is in talks", she said)."""
    words = load_words()
    named = subject.lemma in words.words("party_nouns") | words.words("group_nouns") | words.words("person_nouns")
    return subject.pos == "NOUN" and not named and subject.lemma not in load_cues().strong_nouns | load_cues().weak_nouns


def _is_their_own(tree: Tree, subject: Word, speakers: tuple[Actor, ...], resolver: Resolver) -> bool:
    """ "She said the movement would not sit down": who is of no known party speaks for the group that bears no name here."""
    phrase = tree.subtree(subject)
    nameless = not resolver.cast.within(phrase[0].start, phrase[-1].end) and subject.pos == "NOUN"
    group = subject.lemma in load_words().words("own_groups")
    return nameless and group and all(speaker.kind == "person" and speaker.party is None for speaker in speakers)


def _is_news_of(chain: Chain, spoken_of: tuple[Actor, ...]) -> bool:
    """ "A and B will meet again", says a mediator: talks of others, of which the speaker tells (guide rule 11).

    What a single side has agreed to is that side's act (rule 17).
    """
    return len(spoken_of) > 1 or not (chain.accept or chain.ready)
