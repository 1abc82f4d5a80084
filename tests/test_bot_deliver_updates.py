"""An alert that stands in a channel is drawn again when more outlets report its position: never a second message."""

from collections.abc import AsyncIterator

import pytest

from bot.deliver import GIVE_UP_TRIES
from bot.jobs import TryLater
from handlers.model import Alert, Job, Stance
from tests.post import Post
from tests.storage_samples import report, said

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EDIT = "PATCH /channels/*/messages/*"


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with Post.opened(database_url) as post:
        yield post


async def reported_again(post: Post, outlet: str = "Sputnik") -> None:
    async with post.store.write() as unit:
        told = said(Stance.REJECTS, "2025-02-07", speaker="Iran", evidence="No, never.")
        await report(unit, outlet, told, actors=(), outlet=outlet)


async def update(post: Post, alert: Alert, *, attempts: int = 1) -> Alert:
    await post.delivery.update(Job(1, "update", str(alert.id), {"alert": alert.id}, attempts))
    return await post.get(alert)


async def test_a_sent_alert_shows_the_outlet_that_came_later(post: Post) -> None:
    role = post.server.world.add_role(post.server.guild, "desk", mentionable=True)
    alert = await post.alert(role_id=role.id)
    await post.run()
    await reported_again(post)
    await update(post, alert)
    (message,) = post.posted
    assert "Reuters, Sputnik (2 sources)" in message.plain
    assert message.edits == 1
    assert f"<@&{role.id}>" in message.text


async def test_the_store_names_what_stands_and_nothing_that_waits(post: Post) -> None:
    alert = await post.alert()
    async with post.store.read() as unit:
        assert await unit.alerts.shown(alert.position.id) == []
    await post.run()
    async with post.store.read() as unit:
        assert [shown.id for shown in await unit.alerts.shown(alert.position.id)] == [alert.id]
        assert await unit.alerts.shown(10**6) == []


async def test_an_alert_that_waits_is_left_to_its_sending(post: Post) -> None:
    alert = await post.alert()
    await update(post, alert)
    assert post.server.called(EDIT) == []
    async with post.store.write() as unit:
        await unit.alerts.sending(alert.id, post.now())
    with pytest.raises(TryLater):
        await update(post, alert)


async def test_a_deleted_message_is_left_deleted(post: Post) -> None:
    alert = await post.alert()
    await post.run()
    post.server.world.delete(post.posted[0])
    assert (await update(post, alert)).state == "removed"
    assert post.posted == []


async def test_an_edit_that_fails_is_tried_again_and_given_up(post: Post) -> None:
    alert = await post.alert()
    await post.run()
    post.server.faults.answer(503, on=EDIT, times=None)
    with pytest.raises(TryLater):
        await update(post, alert)
    assert (await update(post, alert, attempts=GIVE_UP_TRIES)).state == "sent"


async def test_an_edit_that_is_refused_ends_in_silence(post: Post) -> None:
    alert = await post.alert()
    await post.run()
    post.server.faults.answer(403, on=EDIT)
    assert (await update(post, alert)).state == "sent"
