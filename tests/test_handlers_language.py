"""Languages: English is never lost, what is surely another language is named, what is too short is not guessed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.language import language_names, language_of

GOLD = sorted((Path(__file__).parents[2] / "shared" / "gold").glob("*.jsonl"))
SAMPLES = Path(__file__).parent / "data" / "samples.jsonl"

SENTENCES = {
    "fr": "L’Iran ne négociera pas avec les États-Unis, a déclaré mercredi le guide suprême, après que le président eut laissé "
    "entendre que des discussions étaient possibles si les sanctions étaient levées.",
    "de": "Der Iran werde nicht mit den Vereinigten Staaten verhandeln, sagte der Minister am Mittwoch in Teheran, solange "
    "die Sanktionen nicht aufgehoben seien und der Druck nicht ende.",
    "es": "Irán no negociará con Estados Unidos mientras sigan las sanciones, dijo el miércoles el ministro de Exteriores, que "
    "añadió que la puerta del diálogo no está cerrada para siempre.",
    "tr": "Dışişleri Bakanı çarşamba günü yaptığı açıklamada, yaptırımlar kaldırılmadıkça Amerika Birleşik Devletleri ile "
    "müzakere masasına oturmayacaklarını söyledi ve diyalog kapısının kapanmadığını ekledi.",
    "ru": "Иран не будет вести переговоры с США, заявил в среду верховный лидер Али Хаменеи.",
    "ar": "قال المرشد الأعلى يوم الأربعاء إن إيران لن تتفاوض مع الولايات المتحدة",
    "fa": "رهبر ایران روز چهارشنبه گفت که ایران با آمریکا مذاکره نخواهد کرد و این گفتگوها سودی ندارد",
    "zh": "伊朗最高领袖星期三表示，伊朗不会与美国谈判。",
    "he": "מנהיג איראן אמר ביום רביעי כי ארצו לא תנהל משא ומתן עם ארצות הברית",
}
HEADLINES = {
    "Iran lehnt Gespräche mit den USA ab": "de",
    "L'Iran ne négociera pas avec Washington": "fr",
    "Rosja nie chce rozmów z Ukrainą": "pl",
    "Irán no negociará con Estados Unidos": "es",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_another_language_is_named(code: str):
    assert language_of(SENTENCES[code]) == code


@pytest.mark.parametrize("text", HEADLINES)
def test_a_foreign_headline_is_named(text: str):
    assert language_of(text) == HEADLINES[text]


def test_what_might_be_one_of_two_neighbours_is_not_english_all_the_same():
    text = "Menteri mengatakan bahwa Iran tidak akan berunding dengan Amerika Serikat selama sanksi masih berlaku di sana."
    assert language_of(text) in {"id", "ms", "und"}


@pytest.mark.parametrize(
    "text",
    ["Khamenei: No talks with Trump", "Iran summons UK charge d’affaires amid nuclear friction", "Qatar Airways", "Trump", ""],
)
def test_a_short_text_is_not_guessed(text: str):
    assert language_of(text) in {None, "en"}


@pytest.mark.parametrize("text", ["12 345 67", "🙂🙂🙂", "“”" * 50, "\x00" * 40, "a " * 2000, "б" * 5000])
def test_odd_texts_have_an_answer(text: str):
    assert language_of(text) in {None, "und", *language_names()}


def english_texts() -> Iterator[str]:
    for path in [*GOLD, SAMPLES]:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from (article["text"] for article in [row, *row.get("articles", ())] if "text" in article)


def test_no_english_article_is_lost():
    assert [text[:80] for text in english_texts() if language_of(text) != "en"] == []


def test_every_language_has_a_name_of_its_own():
    names = language_names()
    assert len(set(names.values())) == len(names) > 70
