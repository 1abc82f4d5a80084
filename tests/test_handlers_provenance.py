"""Whose text an article is, which texts are near-copies, and which articles take others back."""

from datetime import date

import pytest

from handlers.model import Article
from handlers.notices import find_notice
from handlers.provenance import provenance
from handlers.sketch import KEPT, sketch
from storage.families import SAME_TEXT, Source, families, shared

PUBLISHED = date(2024, 7, 20)  # a Saturday
STORY = "The minister told the council on Tuesday that he was ready to resume negotiations. " + " ".join(
    f"Point {number} of his speech dealt with the dam, the budget and the price of bread." for number in range(12)
)
OTHER = "Reporters in the gallery heard something else from the minister on Tuesday. " + " ".join(
    f"Deputy {number} asked about pensions, schools, roads or the acoustics of the hall." for number in range(12)
)
QUOTE = " “I am prepared to go back to the table with the other side this year,” he said."


def article(text: str, *, outlet: str | None = "El Condor", title: str | None = None) -> Article:
    return Article(text, "a.txt", outlet=outlet, title=title, published=PUBLISHED)


@pytest.mark.parametrize(
    ("text", "outlet", "family"),
    [
        ("DUBAI (Reuters) - Nothing new was said.", "The Straits Times", "Reuters"),
        ("Nothing new was said.\n\n(FRANCE 24 with AFP)", "France 24", "AFP"),
        ("Nothing new was said, he told Reuters.", "El Condor", "El Condor"),
        ("Nothing new was said.", "Agence France-Presse", "AFP"),
        ("Nothing new was said.", None, None),
    ],
)
def test_family(text: str, outlet: str | None, family: str | None) -> None:
    assert provenance(article(text, outlet=outlet)).family == family


def test_a_cut_copy_is_the_same_text_and_a_shared_quotation_is_not() -> None:
    cut = STORY[: int(len(STORY) * 0.6)]
    assert shared(sketch(STORY), sketch("CHISINAU (Wire) - " + cut + " The river is frozen.")) >= SAME_TEXT
    assert shared(sketch(STORY + QUOTE), sketch(OTHER + QUOTE)) < SAME_TEXT / 2
    assert shared(sketch(""), sketch("")) == 0.0


def test_a_sketch_of_a_long_text_is_short_and_still_tells_copies() -> None:
    long = " ".join(f"word{number} and{number % 7} more" for number in range(5000))
    assert len(sketch(long)) == KEPT + 1
    assert shared(sketch(long), sketch(long[: len(long) // 2])) >= SAME_TEXT
    assert shared(sketch(long), sketch(" ".join(f"other{number} and{number % 7}" for number in range(5000)))) < SAME_TEXT


def test_a_family_is_named_after_its_agency_else_the_first_to_publish() -> None:
    copy = sketch(STORY)
    early, late = date(2024, 7, 1), date(2024, 7, 2)
    assert families([Source("Echo", False, copy, early), Source("Wire", True, copy, late)]) == ("Wire",)
    assert families([Source("Echo", False, copy, late), Source("Courier", False, copy, early)]) == ("Courier",)
    assert families([Source("Echo"), Source("Courier"), Source("Echo")]) == ("Courier", "Echo")


@pytest.mark.parametrize(
    ("title", "text", "kind", "named", "day"),
    [
        ("Correction: Mendoza on talks",
         'El Condor corrects its report of Thursday, July 18, headlined "We will return to the table". He said he would not.',
         "corrects", "We will return to the table", date(2024, 7, 18)),
        ("Correction", "Our report of July 18 was wrong. He did not offer talks.", "corrects", None, date(2024, 7, 18)),
        ("AFP withdraws story on Mendoza",
         "AFP withdraws its story of July 18, “Mendoza to return to the table”. The remarks were those of another man.",
         "withdraws", "Mendoza to return to the table", date(2024, 7, 18)),
        ("Withdrawal notice", "Please disregard the report “Mendoza to return”. It has been withdrawn.", "withdraws",
         "Mendoza to return", None),
    ],
)  # fmt: skip
def test_a_notice_names_what_it_takes_back(title: str, text: str, kind: str, named: str | None, day: date | None) -> None:
    outlet = "AFP" if "AFP" in title else "El Condor"
    found = find_notice(article(text, title=title, outlet=outlet))
    assert found is not None
    assert (found.kind, found.day) == (kind, day)
    assert named is None or named in found.titles


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Talks resume", "Talks resumed on Monday. Correction: an earlier version of this article misspelt a name."),
        ("Minister withdraws from talks", "The minister withdrew from the talks on Monday, a report said."),
        (
            "Ministry says report was wrong",
            "The ministry said that a report on talks was wrong. It withdrew its envoy.",
        ),
        ("Talks resume", "The two sides met in Muscat."),
    ],
)
def test_news_of_reports_and_an_article_that_mends_itself_are_no_notices(title: str, text: str) -> None:
    assert find_notice(article(text, title=title)) is None
