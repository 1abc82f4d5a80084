"""What a feed's channel hears of the feed itself: that it fails, works again, or is gone; each once.

A notice is a job, written in the transaction that saves the feed's new state, so neither exists without the other. A first
try is guarded by the nonce alone; later ones look into the channel's history for the notice's button.
"""

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import discord

from bot.cards import Button, Reply
from bot.errors import TRANSIENT
from bot.feeds.describing import trouble
from bot.history import GIVE_UP_AFTER, GIVE_UP_TRIES, custom_ids, find_sent, is_final
from bot.jobs import TryLater
from bot.layout import draw_reply, plain
from bot.phrases import day_words
from handlers.model import Job
from handlers.polling import Told
from storage import Unit

log = logging.getLogger(__name__)

NOTICE = "notice"
"""The name of its jobs."""
SHOW_FEED = re.compile(r"feed:(?P<feed>[1-9][0-9]{0,17}):notice:(?P<nonce>[0-9a-f]{24})")


async def enqueue_notice(unit: Unit, told: Told) -> None:
    """Nobody hears of the operator's feeds but the log and /status: they belong to no channel."""
    feed = told.feed
    if feed.channel_id is None or feed.guild_id is None or feed.id is None or feed.last_polled_at is None:
        return
    reply = notice_words(told)
    nonce = secrets.token_hex(12)
    args: dict[str, int | str] = {
        "guild": feed.guild_id,
        "channel": feed.channel_id,
        "feed": feed.id,
        "title": reply.title,
        "text": "\n".join(reply.lines),
        "at": feed.last_polled_at.isoformat(),
    }
    await unit.jobs.enqueue(NOTICE, nonce, args, run_at=feed.last_polled_at, lock=f"channel:{feed.channel_id}")


def notice_words(told: Told) -> Reply:
    """The cause in plain words, and what happens next."""
    name = told.feed.name or told.feed.url
    if told.kind == "recovered":
        return Reply(f"Feed works again: {name}", lines=(f"What it lists is read. Next check {_at(told.next_poll_at)}.",))
    cause = _sentence(trouble(told.feed) or told.reason or "no answer")
    if told.kind == "gone":
        after = "It is not polled any more. /feed resume tries it again, /feed remove forgets it."
        return Reply(f"Feed stopped: {name}", lines=(cause, "Its server says that it is gone for good.", after))
    after = f"Next try {_at(told.next_poll_at)}, then less and less often. You will hear when it works again."
    return Reply(f"Feed failing: {name}", lines=(cause, after))


def feed_in(custom_id: str) -> int | None:
    """The feed that a notice's button shows."""
    match = SHOW_FEED.fullmatch(custom_id)
    return int(match["feed"]) if match else None


@dataclass(frozen=True, slots=True)
class Notice:
    """As it waits in its job."""

    guild_id: int
    channel_id: int
    nonce: str
    reply: Reply
    first_at: datetime

    @classmethod
    def of(cls, job: Job) -> Self:
        args = job.args
        button = Button("Show feed", action=f"feed:{args['feed']}:notice:{job.key}")
        reply = Reply(str(args["title"]), lines=tuple(str(args["text"]).split("\n")), buttons=(button,))
        return cls(int(args["guild"]), int(args["channel"]), job.key, reply, datetime.fromisoformat(str(args["at"])))

    def is_in(self, message: discord.Message) -> bool:
        by_button = any(custom_id.endswith(f":notice:{self.nonce}") for custom_id in custom_ids(message))
        return by_button or message.content.endswith(self.marker)

    @property
    def marker(self) -> str:
        return f"\n-# Notice {self.nonce}"


class Notices:
    """The handler of `notice` jobs, through a client that has logged in. Harmless to repeat."""

    def __init__(self, client: discord.Client, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now

    async def __call__(self, job: Job) -> None:
        notice = Notice.of(job)
        channel = self._client.get_partial_messageable(notice.channel_id, guild_id=notice.guild_id)
        try:
            known = await find_sent(self._client, channel, notice.first_at, notice.is_in) if job.attempts > 1 else None
            if known is None:
                await self._send(channel, notice)
        except discord.RateLimited as error:
            raise TryLater("rate limited", error.retry_after) from error
        except TRANSIENT as error:
            is_old = job.attempts >= GIVE_UP_TRIES and self._now() - notice.first_at > GIVE_UP_AFTER
            if not is_final(error) and not is_old:
                raise TryLater(f"{type(error).__name__}: {error}") from error
            # Whoever looks for it finds the feed's state in /feed list all the same.
            log.warning("notice_failed", extra={"channel": notice.channel_id, "error": str(error)})
        else:
            log.info("notice_sent", extra={"channel": notice.channel_id, "title": notice.reply.title})

    async def _send(self, channel: discord.PartialMessageable, notice: Notice) -> None:
        nobody = discord.AllowedMentions.none()
        try:
            await channel.send(view=draw_reply(notice.reply), nonce=notice.nonce, allowed_mentions=nobody)
        except discord.HTTPException as error:
            if error.status != 400:
                raise
            log.warning("notice_layout_refused", extra={"error": error.text})
            text = plain(notice.reply)[: 2000 - 80] + notice.marker
            await channel.send(text, nonce=notice.nonce, allowed_mentions=nobody, suppress_embeds=True)


def _at(moment: datetime | None) -> str:
    return f"on {day_words(moment.date())} at {moment:%H:%M} UTC" if moment else "soon"


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
