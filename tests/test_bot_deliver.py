"""Delivery through a real client: each alert once, whatever breaks on the way, and none given up too early."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from importlib.resources import files

import pytest

from bot.client import LONGEST_RATE_LIMIT_S
from bot.deliver import GIVE_UP_AFTER, GIVE_UP_TRIES, NONCE_HOLDS
from bot.jobs import LEASE_S, TryLater
from handlers import roster
from handlers.actors import Registry
from tests.discord_server import Permission
from tests.post import Post

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SEND = "POST /channels/*/messages"


class Brittle(Registry):
    """Fails over one speaker, as a row that nobody foresaw would."""

    def office(self, name: str, on: date | None) -> str | None:
        if name == "Russia":
            raise KeyError(name)
        return super().office(name, on)


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with Post.opened(database_url) as post:
        yield post


async def test_an_alert_is_sent_once_with_its_nonce(post: Post) -> None:
    alert = await post.alert(words="We shall not negotiate.")
    await post.run()
    (message,) = post.posted
    sent = await post.get(alert)
    assert (sent.state, sent.message_id, message.nonce) == ("sent", message.id, alert.nonce)
    assert "Iran → United States" in message.plain
    assert "We shall not negotiate." in message.plain
    assert await post.jobs() == 0
    post.server.clock.advance(3600)
    await post.deliver(alert)
    assert len(post.server.called("* /channels/*")) == 1


async def test_the_alert_of_a_removed_watch_is_not_sent(post: Post) -> None:
    alert = await post.alert()
    async with post.store.write() as unit:
        await unit.watches.remove(alert.watch.id or 0, alert.watch.guild_id)
    assert (await post.deliver(alert)).state == "removed"
    assert post.posted == []


async def test_a_lost_reply_makes_no_second_message_by_the_nonce(post: Post) -> None:
    alert = await post.alert()
    post.server.faults.drop(on=SEND, is_stored=True)
    with pytest.raises(TryLater):
        await post.deliver(alert)
    sent = await post.deliver(alert)
    assert [message.id for message in post.posted] == [sent.message_id]
    assert (len(post.server.called(SEND)), sent.state) == (2, "sent")


@pytest.mark.parametrize("is_plain", [False, True])
@pytest.mark.parametrize("others", [0, 300])
@pytest.mark.parametrize("skew_s", [0, 90, -90])
async def test_a_lost_reply_makes_no_second_message_by_history(post: Post, others: int, is_plain: bool, skew_s: int) -> None:
    """Discord forgets a nonce; the bot's clock may differ from Discord's."""
    post.skew = timedelta(seconds=skew_s)
    alert, other = await post.alert(), await post.alert("Russia")
    if is_plain:
        post.server.faults.answer(400, on=SEND)
    post.server.faults.drop(on=SEND, is_stored=True)
    with pytest.raises(TryLater):
        await post.deliver(alert)
    await post.deliver(other)
    for _ in range(others):
        post.server.world.post(post.server.channel, post.server.owner, f"Seen it?\n-# Alert {alert.id}")
    first, second = post.posted
    post.server.clock.advance(post.server.nonce_s + 1)
    sent = await post.deliver(alert)
    assert (sent.state, sent.message_id) == ("sent", first.id)
    assert post.posted == [first, second]
    assert bool(first.content) is is_plain


async def test_what_never_arrived_is_sent_when_history_does_not_hold_it(post: Post) -> None:
    alert, other = await post.alert(), await post.alert("Russia")
    await post.deliver(other)
    post.server.faults.drop(on=SEND)
    with pytest.raises(TryLater):
        await post.deliver(alert)
    assert post.server.nonce_s > NONCE_HOLDS.total_seconds()
    post.server.clock.advance(post.server.nonce_s + 1)
    assert (await post.deliver(alert)).message_id == post.posted[-1].id
    assert len(post.posted) == 2


async def test_unavailable_is_tried_again(post: Post) -> None:
    alert = await post.alert()
    post.server.faults.answer(503, on=SEND)
    await post.run()
    assert (await post.get(alert)).state == "sending"
    post.server.clock.advance(1)
    await post.run()
    assert (await post.get(alert)).state == "sent"
    assert len(post.posted) == 1


async def test_a_long_rate_limit_waits_as_long_as_it_says(post: Post) -> None:
    alert = await post.alert()
    post.server.faults.rate_limit(LONGEST_RATE_LIMIT_S * 5, on=SEND)
    with pytest.raises(TryLater) as later:
        await post.deliver(alert)
    assert later.value.after_s == LONGEST_RATE_LIMIT_S * 5
    assert (await post.deliver(alert)).state == "sent"


async def test_a_forbidden_channel_fails_with_the_reason(post: Post) -> None:
    post.server.world.overwrite(post.server.channel, post.server.world.bot, deny=Permission.SEND_MESSAGES)
    alert = await post.deliver(await post.alert())
    assert (alert.state, alert.error) == ("failed", "403 Missing Permissions")
    async with post.store.read() as unit:
        assert len(await unit.watches.all()) == 1


async def test_a_deleted_channel_fails_and_ends_its_watches(post: Post) -> None:
    gone = post.server.world.add_channel(post.server.guild, "gone")
    alert, kept = await post.alert(channel=gone), await post.alert("Russia")
    post.server.world.remove_channel(gone)
    await post.run()
    ended = await post.get(alert)
    assert (ended.state, ended.error) == ("failed", "404 Unknown Channel")
    async with post.store.read() as unit:
        assert [watch.id for watch in await unit.watches.all()] == [kept.watch.id]
    assert ((await post.get(kept)).state, await post.jobs()) == ("sent", 0)


@pytest.mark.parametrize("is_plain", [False, True])
async def test_only_the_watchs_role_is_called(post: Post, is_plain: bool) -> None:
    world, guild = post.server.world, post.server.guild
    role, other = (world.add_role(guild, name, mentionable=True) for name in ("desk", "others"))
    words = f"{other.mention} @everyone @here <@{post.server.owner.id}> No talks."
    if is_plain:
        post.server.faults.answer(400, on=SEND)
    await post.deliver(await post.alert(words=words, role_id=role.id))
    await post.deliver(await post.alert("Russia", words=words))
    assert [message.pings for message in post.posted] == [{str(role.id)}, frozenset()]


async def test_a_refused_layout_becomes_plain_text(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.server.faults.answer(400, on=SEND)
    alert = await post.deliver(await post.alert(words="😀 никогда " * 800))
    (message,) = post.posted
    assert (alert.state, alert.message_id, message.components) == ("sent", message.id, [])
    assert "REJECTS" in message.plain
    assert "никогда" in message.content
    assert len(message.content.encode("utf-16-le")) // 2 <= 2000
    assert "alert_layout_refused" in caplog.messages


async def test_given_up_after_a_day_of_tries(post: Post) -> None:
    alert = await post.alert()
    post.server.faults.answer(503, on=SEND, times=None)
    started_at = post.now()
    while (await post.get(alert)).state != "failed":
        await post.run()
        post.server.clock.advance(3600)
        assert post.now() - started_at < timedelta(hours=30)
    assert post.now() - started_at > GIVE_UP_AFTER
    assert ((await post.get(alert)).error or "").startswith("DiscordServerError: 503")
    assert await post.jobs() == 0


@pytest.mark.parametrize(("after", "attempts"), [(timedelta(days=9), GIVE_UP_TRIES - 1), (GIVE_UP_AFTER * 0.9, 999)])
async def test_neither_time_nor_tries_alone_give_up(post: Post, after: timedelta, attempts: int) -> None:
    """A bot that was off for days has hardly tried."""
    alert = await post.alert()
    post.server.faults.answer(503, on=SEND, times=2)
    with pytest.raises(TryLater):
        await post.deliver(alert)
    post.server.clock.advance(after.total_seconds())
    with pytest.raises(TryLater):
        await post.deliver(alert, attempts=attempts)
    assert (await post.deliver(alert, attempts=attempts + 1)).state == "sent"


async def test_a_card_that_cannot_be_drawn_fails_alone(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.registry = Brittle(roster.read(files("handlers") / "data"))
    alerts = [await post.alert(speaker) for speaker in ("Iran", "Russia", "Turkey")]
    await post.run()
    assert [(await post.get(alert)).state for alert in alerts] == ["sent", "sending", "sent"]
    (logged,) = [record for record in caplog.records if record.msg == "alert_not_sent"]
    assert (logged.__dict__["alert"], bool(logged.exc_info), await post.jobs()) == (alerts[1].id, True, 1)


async def test_what_a_stop_cut_off_is_sent_after_the_lease(post: Post) -> None:
    alert = await post.alert()
    post.server.faults.delay(0.2, on=SEND)
    running = asyncio.create_task(post.run())
    await post.server.until(lambda: post.server.called(SEND))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await post.run()
    assert (await post.get(alert)).state == "sending"
    post.server.clock.advance(LEASE_S)
    await post.run()
    assert [message.id for message in post.posted] == [(await post.get(alert)).message_id]


async def test_where_history_is_forbidden_the_alert_is_not_lost(post: Post) -> None:
    alert = await post.alert()
    async with post.store.write() as unit:
        await unit.alerts.sending(alert.id, post.now())
    post.server.clock.advance(NONCE_HOLDS.total_seconds() + 60)
    post.server.world.overwrite(post.server.channel, post.server.world.bot, deny=Permission.READ_MESSAGE_HISTORY)
    assert (await post.deliver(alert)).state == "sent"
    assert len(post.posted) == 1
