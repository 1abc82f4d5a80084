"""The scorer, against small cases and, where it is present, against the reference scorer on random predictions."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from handlers.stance.sameness import is_same_name, overlaps
from handlers.stance.scoring import score

REFERENCE = Path(__file__).parents[2] / "shared" / "gold"


def row(speaker="Ali Khamenei", counterpart="United States", stance="rejects", evidence="we will not talk to them", **more):
    return {"speaker": speaker, "counterpart": counterpart, "stance": stance, "evidence": evidence, **more}


def triple(gold, found):
    level = score([{"id": "a", **gold}], {"a": found}).levels["triple"]
    return level.hit, level.found, level.gold


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([row()], (1, 1, 1)),
        ([row(), row(scope="missiles", evidence="not over missiles")], (1, 1, 1)),
        ([row(counterpart=None)], (1, 1, 1)),
        ([row(speaker="Khamenei", counterpart="Washington")], (1, 1, 1)),
        ([row(stance="open")], (0, 1, 1)),
        ([row(evidence="other words altogether")], (0, 1, 1)),
        ([row(speaker="Hassan Rouhani")], (0, 1, 1)),
        ([], (0, 0, 1)),
    ],
)
def test_a_triple_is_a_hit_when_all_of_it_fits(found, expected):
    assert triple({"statements": [row()]}, found) == expected


def test_an_optional_row_counts_neither_way():
    gold = {"statements": [], "optional": [row()]}
    figures = score([{"id": "a", **gold}], {"a": [row()]})
    assert (figures.false_alarms, figures.quiet, figures.levels["triple"].found) == (0, 1, 0)


def test_an_alarm_in_a_quiet_article_is_counted():
    figures = score([{"id": "a", "statements": []}], {"a": [row()]})
    assert (figures.false_alarms, figures.quiet) == (1, 1)
    assert [key for key, _ in figures.extra] == ["a"]


def test_other_spellings_and_spans_of_the_gold_count():
    gold = {"statements": [row(speaker_alt=["Iran"], evidence_alt=["a second span of words"])]}
    assert triple(gold, [row(speaker="Tehran", evidence="a second span")]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("IAEA", "International Atomic Energy Agency", True),
        ("Mustafa Akıncı", "Mustafa Akıncı", True),
        ("President Hassan Rouhani", "Hassan Rouhani", True),
        ("Kiev", "Ukraine", True),
        ("Ali Khamenei", "Hassan Khamenei", False),
        ("Iran", "Iraq", False),
    ],
)
def test_names_match_by_their_spellings(first, second, same):
    assert is_same_name(first, second) is same


def test_spans_overlap_by_half_of_the_shorter_ones_words():
    assert overlaps("we will not talk", "they said we will not talk to him")
    assert not overlaps("we will not talk", "they may go")
    assert not overlaps("", "words")


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference scorer is not here")
@pytest.mark.parametrize("name", ["seeds", "written-dev", "real-articles-dev", "real-briefs-dev"])
def test_the_figures_are_those_of_the_reference_scorer(name, tmp_path):
    lines = (REFERENCE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines if line.strip()]
    chance = random.Random(name)
    predicted = {article["id"]: disturbed(article, gold, chance) for article in gold if chance.random() < 0.9}
    path = tmp_path / "predicted.jsonl"
    path.write_text(
        "".join(json.dumps({"id": key, "statements": rows}) + "\n" for key, rows in predicted.items()), encoding="utf-8"
    )
    command = [sys.executable, str(REFERENCE / "score.py"), str(REFERENCE / f"{name}.jsonl"), str(path)]
    expected = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert score(gold, predicted).lines() == expected


def disturbed(article, gold, chance):
    """Take the gold rows of an article and spoil some of them: another stance, name, span or day."""
    pool = [*article["statements"], *article.get("optional", []), *chance.choice(gold)["statements"]]
    found = []
    for statement in chance.sample(pool, k=chance.randint(0, len(pool))):
        spoiled = dict(statement)
        key = chance.choice(["stance", "speaker", "counterpart", "evidence", "said_on", "none", "none"])
        if key != "none":
            choices = {"stance": ["open", "rejects"], "evidence": [article["text"][:80]], "said_on": [None, "2020-01-01"]}
            spoiled[key] = chance.choice(choices.get(key, ["Iran", "Washington", "Hassan Rouhani", None]))
        if spoiled["speaker"]:
            found.append(spoiled)
    return found


def test_each_stance_has_its_own_figures():
    gold = [{"id": "1", "statements": [_said("A", "rejects", "one two three"), _said("B", "open", "four five six")]}]
    found = {"1": [_said("A", "rejects", "one two three"), _said("B", "engaged", "four five six")]}
    by_stance = score(gold, found).by_stance
    assert {name: (level.hit, level.found, level.gold) for name, level in by_stance.items()} == {
        "rejects": (1, 1, 1),
        "conditional": (0, 0, 0),
        "open": (0, 0, 1),
        "engaged": (0, 1, 0),
    }


def _said(speaker: str, stance: str, evidence: str) -> dict[str, object]:
    return {"speaker": speaker, "counterpart": None, "stance": stance, "evidence": evidence}
