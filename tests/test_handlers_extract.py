"""What holds for every reading: verbatim evidence, no repeats, no error, English only."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.errors import SettingError
from handlers.extract import Extractor, distinct
from handlers.model import Article, Stance, Statement
from tests.readings import extractor

SEEDS = sorted((Path(__file__).parents[2] / "shared" / "seeds").glob("*.txt"))
PIECES = st.sampled_from(
    [
        "“We will not negotiate with Iran,” ",
        'Donald Trump said: "talks" ',
        " has ruled out talks with the United States. ",
        "if sanctions are lifted",
        "the of and to was ",
        "NO TALKS WITH ISRAEL. ",
        "date 2019-05-29 ",
        " on Wednesday ",
        "the ayatollah said",
        "READ MORE: ",
        *("Ali Khamenei", "U.S. ", "said he ", "'s ", ". . . ", "é", "🙂", "\x00", "\x1f", "\u202e", "\r\n", "\n\n"),
        *("“", "”", '"', "«", " (", "["),
    ]
)


def statement(
    speaker: str = "Ali Khamenei", counterpart: str | None = "United States", text: str = "words", **fields
) -> Statement:
    return Statement(speaker, counterpart, Stance.REJECTS, text, 0, len(text), **fields)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=300))
def test_any_text_is_read_without_error_and_quoted_verbatim(text):
    reading = extractor().read(Article(text, "any"))
    for found in reading.statements:
        assert found.evidence == text[found.start : found.end]
        assert found.condition is None or found.condition in text
        assert found.scope is None or found.scope in text
        assert 0 < found.confidence <= 1
    keys = [(found.speaker, found.counterpart, found.stance, found.scope) for found in reading.statements]
    assert len(keys) == len(set(keys))
    assert [found.start for found in reading.statements] == sorted(found.start for found in reading.statements)


def test_every_speaker_is_among_the_actors():
    reading = extractor().read(
        Article("Iranian lawmaker Bahram Tavakoli said Iran would never talk to the United States.", "x")
    )
    assert [(actor.name, actor.party) for actor in reading.actors] == [("Bahram Tavakoli", "Iran")]
    assert reading.actors[0].description is not None


@pytest.mark.parametrize(
    "text",
    [
        "L’Iran ne négociera pas avec les États-Unis, a déclaré mercredi le guide suprême Ali Khamenei, après que "
        "le président eut laissé entendre que des discussions étaient possibles si les sanctions étaient levées.",
        "Иран не будет вести переговоры с США, заявил в среду верховный лидер Али Хаменеи.",
        "إيران لن تتفاوض مع الولايات المتحدة",
    ],
)
def test_other_languages_are_marked_and_not_analysed(text):
    reading = extractor().read(Article(text, "x"))
    assert reading.statements == ()
    assert reading.language != "en"


def test_a_known_language_is_kept():
    article = Article("Иран не будет вести переговоры с США, заявил Али Хаменеи.", "x", language="ru")
    assert extractor().read(article).language == "ru"


def test_the_same_stance_is_kept_once_with_its_best_words_and_its_day():
    told = statement(text="a long report of it", confidence=0.9, said_on=None)
    quoted = statement(text="his words", direct=True, confidence=0.6)
    assert distinct([told, quoted]) == (quoted,)


def test_a_row_without_a_counterpart_joins_the_one_that_has_it():
    named, unnamed = statement(confidence=0.9), statement(counterpart=None, text="other words", confidence=0.5)
    assert [found.counterpart for found in distinct([unnamed, named])] == ["United States"]


def test_another_scope_is_another_row():
    assert len(distinct([statement(), statement(scope="missiles")])) == 2


def test_a_missing_model_is_a_setting_error_that_names_the_setting():
    with pytest.raises(SettingError, match="SPACY_MODEL"):
        Extractor(model="no_such_model")


def test_an_unknown_backend_is_a_setting_error_that_names_the_setting():
    with pytest.raises(SettingError, match="STANCE_BACKEND"):
        Extractor(backend="oracle")


ENGLISH = "The minister said that it was the will of the people, and that he would not talk to Iran. "


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH + "“" * 100_000,
        ENGLISH + "“talks ”" * 100_000,
        ENGLISH + '"talks" ' * 120_000,
        ENGLISH + "we will negotiate with Iran and " * 30_000,
        (ENGLISH + "\n") * 10_000,
        ENGLISH + "Iran Israel Hamas " * 50_000,
        ENGLISH + "(" * 1_000_000,
        ENGLISH + "talks" * 200_000,
    ],
    ids=["open marks", "pairs", "straight", "endless sentence", "many lines", "names", "brackets", "one word"],
)
def test_a_megabyte_is_read_in_seconds(text):
    extractor()
    began = time.process_time()
    extractor().read(Article(text[:1_000_000], "big"))
    assert time.process_time() - began < 5


@pytest.mark.skipif(not SEEDS, reason="the seed articles are not here")
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_the_seeds_as_bare_files(path):
    text = path.read_text(encoding="utf-8")
    found = extractor().read(Article(text, path.name)).statements
    triples = {(each.speaker, each.counterpart, each.stance.value) for each in found}
    assert ("Ali Khamenei", "United States", "rejects") in triples
    if path.stem[:3] in {"000", "001", "002"}:
        assert ("Hassan Rouhani", "United States", "conditional") in triples
    assert all(each.evidence == text[each.start : each.end] for each in found)
