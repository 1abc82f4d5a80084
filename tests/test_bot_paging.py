"""A query: what it keeps for its pages, and what it asks of the record."""

from datetime import date

from bot.paging import Query
from handlers.model import Stance

QUERY = Query(actor="Iran", stance=Stance.REJECTS, text="talks", since=date(2025, 2, 7))


def test_a_query_comes_back_from_where_it_was_stored() -> None:
    assert Query.from_json(QUERY.as_json()) == QUERY
    assert Query.from_json(Query().as_json()) == Query()


def test_a_page_that_was_shown_before_an_update_still_turns() -> None:
    """Buttons carry the key of this text, and the text is in people's databases."""
    assert QUERY.as_json() == (
        '{"actor": "Iran", "counterpart": null, "outlet": null, "since": "2025-02-07", '
        '"stance": "rejects", "text": "talks", "until": null}'
    )
    assert len(QUERY.key) == 20


def test_the_record_is_asked_for_what_the_query_holds() -> None:
    asked = QUERY.filters()
    assert asked.pop("actor") == "Iran"
    assert asked.pop("stance") is Stance.REJECTS
    assert asked.pop("text") == "talks"
    assert asked.pop("since") == date(2025, 2, 7)
    assert asked == {"counterpart": None, "outlet": None, "until": None}


def test_a_title_names_each_filter() -> None:
    query = Query("Iran", "Russia", Stance.OPEN, "Reuters", "talks", date(2025, 2, 7), date(2025, 3, 1))
    assert query.title == "Statements · Iran → Russia · open · Reuters · “talks” · since 2025-02-07 · until 2025-03-01"
    assert Query().title == "Statements"
