"""Due alerts → channels, each once, whatever dies when.

The nonce comes from the alert's row, so Discord itself drops a second send within its few minutes. Later than that, the
channel's history is looked through for the message that carries the alert's id before it is sent again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from bot.buttons import alert_in
from bot.cards import Card
from bot.errors import TRANSIENT, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
from bot.history import GIVE_UP_AFTER, GIVE_UP_TRIES, custom_ids, find_sent, is_final
from bot.jobs import TryLater
from bot.layout import draw_alert, plain_alert
from bot.wording import alert_card
from handlers.actors import Registry
from handlers.model import Alert, Job
from storage import Store

log = logging.getLogger(__name__)

NONCE_HOLDS = timedelta(minutes=2)
"""Discord checks a nonce "in the past few minutes"; past two, history decides."""


class Delivery:
    """Sends alerts through a client that has logged in; the gateway need not be up."""

    def __init__(self, client: discord.Client, store: Store, registry: Registry, now: Callable[[], datetime]) -> None:
        self._client = client
        self._store = store
        self._registry = registry
        self._now = now

    async def __call__(self, job: Job) -> None:
        """The handler of `deliver` jobs: `args["alert"]` is the id. Harmless to repeat."""
        alert_id = int(job.args["alert"])
        async with self._store.write() as unit:
            before = await unit.alerts.get(alert_id)
            if before.state not in {"pending", "sending"}:
                return
            pair = before.position.speaker, before.position.counterpart
            if before.state == "pending" and await unit.mutes.holds(before.watch.channel_id, *pair, self._now()):
                await unit.alerts.removed(alert_id, self._now())
                log.info("alert_muted", extra={"alert": alert_id, "channel": before.watch.channel_id})
                return
            alert = await unit.alerts.sending(alert_id, self._now())
        try:
            message_id = await self._find(before) or await self._send(alert)
        except discord.RateLimited as error:
            raise TryLater("rate limited", error.retry_after) from error
        except TRANSIENT as error:
            await self._failed(alert, job, error)
        except Exception as error:
            log.exception("alert_not_sent", extra={"alert": alert_id})
            await self._failed(alert, job, error)
        else:
            async with self._store.write() as unit:
                await unit.alerts.sent(alert_id, message_id, self._now())
            log.info("alert_sent", extra={"alert": alert_id, "channel": alert.watch.channel_id})

    async def update(self, job: Job) -> None:
        """The handler of `update` jobs: draw a sent alert again, as its position stands now. An edit pings nobody."""
        async with self._store.read() as unit:
            alert = await unit.alerts.get(int(job.args["alert"]))
        if alert.state == "sending":
            raise TryLater("its first sending is not over")
        if alert.state != "sent" or alert.message_id is None:
            return
        message = self._channel(alert).get_partial_message(alert.message_id)
        view = draw_alert(await self._card(alert), role_id=alert.watch.role_id)
        try:
            await message.edit(view=view, allowed_mentions=discord.AllowedMentions.none())
        except discord.RateLimited as error:
            raise TryLater("rate limited", error.retry_after) from error
        except TRANSIENT as error:
            if isinstance(error, discord.HTTPException) and error.code == UNKNOWN_MESSAGE:
                async with self._store.write() as unit:
                    await unit.alerts.removed(alert.id, self._now())
            elif is_final(error) or job.attempts >= GIVE_UP_TRIES:
                log.warning("alert_not_updated", extra={"alert": alert.id, "error": str(error)})
            else:
                raise TryLater(f"{type(error).__name__}: {error}") from error

    async def _failed(self, alert: Alert, job: Job, error: Exception) -> None:
        """End the alert when no later try can help; else TryLater."""
        if isinstance(error, discord.HTTPException) and error.code == UNKNOWN_MESSAGE:
            # Discord knows the nonce, and somebody deleted the message meanwhile.
            async with self._store.write() as unit:
                await unit.alerts.removed(alert.id, self._now())
            return
        if is_final(error):
            await self._end(alert, f"{error.status} {error.text or 'refused'}")
            if error.code == UNKNOWN_CHANNEL:
                async with self._store.write() as unit:
                    await unit.watches.remove_channel(alert.watch.channel_id)
            return
        started_at = alert.first_attempt_at or self._now()
        if job.attempts >= GIVE_UP_TRIES and self._now() - started_at > GIVE_UP_AFTER:
            await self._end(alert, f"{type(error).__name__}: {error}")
            return
        raise TryLater(f"{type(error).__name__}: {error}") from error

    async def _send(self, alert: Alert) -> int:
        channel = self._channel(alert)
        card = await self._card(alert)
        mentions = discord.AllowedMentions.none()
        if alert.watch.role_id is not None:
            mentions.roles = [discord.Object(alert.watch.role_id)]
        try:
            view = draw_alert(card, role_id=alert.watch.role_id)
            message = await channel.send(view=view, nonce=alert.nonce, allowed_mentions=mentions)
        except discord.HTTPException as error:
            if error.status != 400:
                raise
            log.warning("alert_layout_refused", extra={"alert": alert.id, "error": error.text})
            message = await self._send_plain(channel, card, alert, mentions)
        return message.id

    async def _card(self, alert: Alert) -> Card:
        async with self._store.read() as unit:
            before = await unit.positions.before(alert.position, alert.watch.guild_id)
        return alert_card(alert, self._registry, today=self._now().date(), before=before)

    async def _send_plain(
        self, channel: discord.PartialMessageable, card: Card, alert: Alert, mentions: discord.AllowedMentions
    ) -> discord.Message:
        """A layout that Discord refuses becomes plain text: never nothing. Its last line tells which alert it is."""
        call = "" if alert.watch.role_id is None else f"<@&{alert.watch.role_id}>\n"
        text = f"{call}{plain_alert(card)[: 2000 - 80]}\n{_marker(alert)}"
        return await channel.send(text, nonce=alert.nonce, allowed_mentions=mentions, suppress_embeds=True)

    async def _find(self, before: Alert) -> int | None:
        """The message of an earlier try whose reply was lost, when the nonce no longer guards against a second one."""
        started_at = before.first_attempt_at
        if before.state != "sending" or started_at is None or self._now() - started_at < NONCE_HOLDS:
            return None
        return await find_sent(self._client, self._channel(before), started_at, lambda message: _shows(message, before))

    def _channel(self, alert: Alert) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(alert.watch.channel_id, guild_id=alert.watch.guild_id)

    async def _end(self, alert: Alert, reason: str) -> None:
        log.warning("alert_failed", extra={"alert": alert.id, "channel": alert.watch.channel_id, "reason": reason})
        async with self._store.write() as unit:
            await unit.alerts.failed(alert.id, reason, self._now())


def _marker(alert: Alert) -> str:
    return f"-# Alert {alert.id}"


def _shows(message: discord.Message, alert: Alert) -> bool:
    by_button = any(alert_in(custom_id) == alert.id for custom_id in custom_ids(message))
    return by_button or message.content.endswith(f"\n{_marker(alert)}")
