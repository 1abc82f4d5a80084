"""What a data file of actors may hold, and that each mistake names its file and entry."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from handlers import roster
from handlers.actors import Registry
from handlers.errors import FormatError


def folder(tmp_path: Path, actors: str, naming: str | None = None) -> Path:
    data = files("handlers") / "data"
    (tmp_path / "actors").mkdir()
    (tmp_path / "actors" / "test.toml").write_text(actors, encoding="utf-8")
    text = naming if naming is not None else (data / "naming.toml").read_text(encoding="utf-8").partition("[owners]")[0]
    (tmp_path / "naming.toml").write_text(text, encoding="utf-8")
    return tmp_path


RURITANIA = '[party.Ruritania]\npeople = ["Ruritanian"]\nseats = ["Strelsau"]\n'


def test_a_folder_of_data_is_a_registry(tmp_path: Path) -> None:
    data = """
[party.Ruritania]
people = ["Ruritanian"]
seats = ["Strelsau"]

[person."Adrin Velasco"]
party = "Ruritania"
offices = [{ title = "President", since = "2013", until = "2014-02" }]
"""
    registry = Registry(roster.read(folder(tmp_path, data)))
    assert registry.party_of("Strelsau") == "Ruritania"
    person = registry.find("Ruritanian President Velasco")
    assert person is not None
    assert (person.offices[0].since, person.offices[0].until) == (date(2013, 1, 1), date(2014, 2, 28))


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('party = "Ruritania"\nofices = []', "unknown key 'ofices'"),
        ('party = "Freedonia"', "unknown party 'Freedonia'"),
        ("rank = 1", "party is missing"),
        ('party = "Ruritania"\nrank = 12', "rank must be 1 to 9"),
        ('party = "Ruritania"\nrank = "high"', "rank must be a whole number"),
        ('party = "Ruritania"\ngender = "x"', "gender must be f or m"),
        ('party = "Ruritania"\naliases = "Adrin"', "aliases must be a list of texts"),
        ('party = "Ruritania"\naliases = [""]', "aliases must be a list of texts"),
        ('party = "Ruritania"\naliases = ["..."]', "holds no letter"),
        ('party = "Ruritania"\naliases = ["Strelsau"]', "'Strelsau' stands for Ruritania already"),
        (
            'party = "Ruritania"\naliases = ["Boss"]\n[person."Ilka Bay"]\nparty = "Ruritania"\naliases = ["Boss"]',
            "no day of office",
        ),
        ('party = "Ruritania"\n[person."Adrin velasco"]\nparty = "Ruritania"', "is Adrin Velasco already"),
        ('party = "Ruritania"\noffices = [{ since = "2013" }]', "an office has no title"),
        ('party = "Ruritania"\noffices = [{ title = "President", since = "2013", until = "2012-12" }]', "is before since"),
        ('party = "Ruritania"\noffices = [{ title = "President", since = "May 2013" }]', "since must be a day"),
        ('party = "Ruritania"\noffices = [{ title = "President", since = "2013-02-30" }]', "there is no day 2013-02-30"),
        ('party = "Ruritania"\noffices = [{ title = "President", party = "Freedonia" }]', "unknown party 'Freedonia'"),
        ('party = "Ruritania"\noffices = ["President"]', "offices must be a list of tables"),
    ],
)
def test_a_mistake_in_a_file_names_file_and_entry(tmp_path: Path, entry: str, complaint: str) -> None:
    with pytest.raises(FormatError) as caught:
        roster.read(folder(tmp_path, f'{RURITANIA}[person."Adrin Velasco"]\n{entry}'))
    assert str(caught.value).startswith("test.toml: ")
    assert complaint in str(caught.value)
    assert "Adrin" in str(caught.value) or "Ilka Bay" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[party.Ruritania]\nkind = 'person'", "kind must be party, institution or bloc"),
        ("[party.Ruritania]\nof = 'Freedonia'", "unknown party 'Freedonia'"),
        ("[party.Ruritania]\nthe = 'yes'", "the must be true or false"),
        ("[party.Ruritania]\n[party.Freedonia]\npeople = ['Ruritania']", "'Ruritania' stands for Ruritania already"),
        ("[parties.Ruritania]", "unknown key 'parties'"),
        ("party = 3", "party must be a heading"),
        ("party.Ruritania = 3", "party Ruritania: must be a table"),
        ("[party", "is no TOML"),
    ],
)
def test_a_mistake_in_a_party_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(FormatError, match=r"test\.toml: ") as caught:
        roster.read(folder(tmp_path, text))
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("everyday = 3", "everyday must be a list of texts"),
        ("every_day = []", "unknown key 'every_day'"),
        ('[titles]\n"king" = ["ruler"]\n"sultan" = ["ruler"]', "'ruler' stands for two offices"),
        ('[owners]\n"pope" = "Freedonia"', "unknown party 'Freedonia'"),
    ],
)
def test_a_mistake_in_the_words_around_names_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(FormatError, match=r"naming\.toml: ") as caught:
        roster.read(folder(tmp_path, RURITANIA, text))
    assert complaint in str(caught.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    data = folder(tmp_path, RURITANIA)
    (data / "actors" / "noise.toml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(FormatError, match=r"noise\.toml: cannot be read"):
        roster.read(data)
