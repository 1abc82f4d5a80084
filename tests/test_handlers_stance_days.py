"""On which day words were said: the day of the saying, never that of the talks (`data/stance_days.toml`)."""

import time
import tomllib
from datetime import date
from pathlib import Path

import pytest

from handlers.stance.pages import day_of_page
from tests.readings import read

CASES = tomllib.loads((Path(__file__).parent / "data" / "stance_days.toml").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_day_belongs_to_the_saying_or_is_unknown(case):
    found = read(case["text"])
    assert found
    assert {each.said_on for each in found} == {case.get("day")}


def test_another_speakers_day_is_not_borrowed():
    text = (
        "Abbas Araghchi said on Tuesday that Iran would not negotiate with the United States.\n\n"
        "Vladimir Putin said Russia was ready for talks with Ukraine."
    )
    days = {each.speaker: each.said_on for each in read(text)}
    assert days["Abbas Araghchi"] is not None
    assert days["Vladimir Putin"] is None


def test_what_somebody_did_on_a_day_dates_the_words_said_with_it():
    text = "Russian Foreign Minister Pavel Sorin shut the door on Tuesday. “We will not negotiate with Ukraine,” Sorin told me."
    assert {each.said_on for each in read(text) if each.direct} == {date(2025, 5, 13)}


def test_a_long_line_of_capitals_is_read_at_once():
    started = time.process_time()
    assert day_of_page("A" * 100_000, date(2025, 5, 15)) is None
    assert time.process_time() - started < 2
