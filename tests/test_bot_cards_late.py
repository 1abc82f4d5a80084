"""A position that came late: its card never passes for the latest word."""

from datetime import timedelta

import pytest

from handlers.actors import load_registry
from tests.test_bot_cards import SAID, a_position, alert_of


@pytest.mark.parametrize(("later", "told"), [(1, True), (400, True), (0, False)])
def test_an_alert_says_when_a_later_position_is_known(later: int, told: bool) -> None:
    latest = SAID + timedelta(days=later)
    lines = alert_of(a_position(latest_day=latest), load_registry(), SAID).lines
    line = f"Not the latest: a later position stands, of {latest.day} {latest:%B %Y}"
    assert (line in lines) is told


def test_a_position_without_a_day_claims_nothing() -> None:
    lines = alert_of(a_position(day=None, latest_day=SAID), load_registry(), SAID).lines
    assert not any("Not the latest" in line for line in lines)
