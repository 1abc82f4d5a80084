"""Minimal pairs: the same sentence about other countries, said by other kinds of speakers, has the same stance."""

import pytest

from tests.readings import rows

PAIRS = [
    ("Turkey", "Greece", "Turkish"),
    ("Venezuela", "Colombia", "Venezuelan"),
    ("Iran", "Iraq", "Iranian"),
    ("Russia", "Ukraine", "Russian"),
    ("India", "Pakistan", "Indian"),
    ("Ethiopia", "Egypt", "Ethiopian"),
    ("Armenia", "Azerbaijan", "Armenian"),
    ("North Korea", "South Korea", "North Korean"),
    ("Serbia", "Kosovo", "Serbian"),
    ("China", "Taiwan", "Chinese"),
    ("Israel", "Hamas", "Israeli"),
    ("Morocco", "Algeria", "Moroccan"),
    ("Chad", "Libya", "Chadian"),
    ("Rwanda", "Burundi", "Rwandan"),
    ("Thailand", "Cambodia", "Thai"),
]
SPEAKERS = ["the government of {x}", "{adj} Foreign Minister Dario Lenz", "a spokesman for the {adj} government"]
TEMPLATES = [
    ("{x} is ready to hold talks with {y}, {s} said in a statement.", "open"),
    ("{x} will not hold talks with {y}, {s} said.", "rejects"),
    ("{x} refuses to negotiate with {y}, {s} said on Tuesday.", "rejects"),
    ("{S} has ruled out talks with {y}.", "rejects"),
    ("{S} rejected talks with {y}.", "rejects"),
    ("{S} called for talks with {y}.", "open"),
    ("{S} said {x} would negotiate with {y} only if sanctions were lifted.", "conditional"),
    ("{S} said it would not sit down with {y}.", "rejects"),
    ("“We are ready to talk to {y},” {s} said.", "open"),
    ("{S} will not negotiate with {y} until its troops withdraw.", "conditional"),
    ("{S} has agreed to hold talks with {y} in Geneva.", "engaged"),
    ("There is no prospect of talks with {y}, {s} told reporters.", "rejects"),
]


@pytest.mark.parametrize(("template", "stance"), TEMPLATES)
def test_a_wording_means_the_same_whoever_speaks(template, stance):
    wrong: list[tuple[str, set[str]]] = []
    for x, y, adjective in PAIRS:
        for form in SPEAKERS:
            speaker = form.format(x=x, adj=adjective)
            text = template.format(x=x, y=y, s=speaker, S=speaker[0].upper() + speaker[1:])
            name = "Dario Lenz" if "Lenz" in speaker else x
            found = rows(text)
            wrong += [(text, found)] if found != {f"{name} > {y} > {stance}"} else []
    assert wrong == []
