"""Names while somebody types: prefixes, mistakes, order, and one name out of many."""

import pytest

from bot.directory import Directory

NAMES = ("Iran", "Ali Khamenei", "Mojtaba Khamenei", "Hassan Rouhani", "Côte d’Ivoire", "习近平", "علي خامنئي")
NAMES += ("Iraq", "Anna Iranova")


@pytest.fixture
def directory() -> Directory:
    return Directory(NAMES)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ira", "Iran"),
        ("kham", "Ali Khamenei"),
        ("ali kh", "Ali Khamenei"),
        ("KHAMENEI moj", "Mojtaba Khamenei"),
        ("cote", "Côte d’Ivoire"),
        ("习", "习近平"),
        ("خامنئي", "علي خامنئي"),
    ],
)
def test_what_begins_as_typed_comes_first(directory: Directory, typed: str, first: str) -> None:
    assert directory.beginning(typed, 5)[0] == first


def test_a_name_that_begins_so_comes_before_one_with_such_a_word(directory: Directory) -> None:
    assert directory.beginning("iran", 5) == ["Iran", "Anna Iranova"]


@pytest.mark.parametrize(("typed", "meant"), [("khamenie", "Ali Khamenei"), ("irann", "Iran"), ("ruhani", "Hassan Rouhani")])
def test_mistakes_are_forgiven(directory: Directory, typed: str, meant: str) -> None:
    assert meant in directory.resembling(typed, 5)


@pytest.mark.parametrize("typed", ["", " ", "q", "zzzzzzzz", "=+-@", "\u202e", "x" * 5000])
def test_what_resembles_nothing_gives_nothing(directory: Directory, typed: str) -> None:
    assert directory.resembling(typed, 5) == []


def test_a_whole_name_or_a_last_word_of_one_names_somebody(directory: Directory) -> None:
    assert directory.named("IRAN") == "Iran"
    assert directory.named("rouhani") == "Hassan Rouhani"
    assert directory.named("khamenei") is None
    assert directory.named("ali khamenei") == "Ali Khamenei"
    assert directory.named("") is None


def test_names_are_learnt_one_by_one_as_well_as_at_once() -> None:
    grown = Directory()
    for name in NAMES:
        grown.learn([name])
    grown.learn(NAMES)
    whole = Directory(NAMES)
    for typed in ("", "i", "kham", "ali", "an ir"):
        assert grown.beginning(typed, 9) == whole.beginning(typed, 9)
