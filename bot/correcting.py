"""What a reader may say against a statement, and a channel against a pair: the Wrong? and Mute buttons, `Report this alert`."""

from datetime import timedelta

from bot.buttons import wrong_action
from bot.cards import Button, Reply
from bot.desk import Asker, Desk
from bot.phrases import plural
from bot.wording import evidence_card
from handlers.errors import NotFound, QuestionError

REASONS = {
    "speaker": "the speaker is another",
    "counterpart": "the counterpart is another",
    "stance": "the stance is another",
    "day": "the day is another",
    "nothing": "this is no such statement",
}
LABELS = {"speaker": "Speaker", "counterpart": "Counterpart", "stance": "Stance", "day": "Day", "nothing": "No statement"}
MUTE = timedelta(hours=24)


async def ask_reason(desk: Desk, asker: Asker, statement_id: int) -> Reply:
    """The statement, and a button for each thing that may be wrong with it."""
    async with desk.store.read() as unit:
        report = await unit.statements.get(statement_id, asker.guild_id)
        known = await unit.complaints.of_statement(statement_id, guild_id=asker.guild_id)
    if report is None:
        raise NotFound("this statement has left the record already")
    buttons = tuple(Button(label, action=wrong_action(statement_id, reason)) for reason, label in LABELS.items())
    lines = ["What is wrong with it?"]
    lines += [f"{plural(len(known), 'reader')} of this server reported it before."] if known else []
    card = evidence_card(report, report.statement.evidence)
    return Reply("Report", cards=(card,), lines=tuple(lines), buttons=buttons, is_private=True)


async def complain(desk: Desk, asker: Asker, statement_id: int, reason: str) -> Reply:
    """Keep what a reader said; it is counted in /accuracy and shown with the evidence."""
    if reason not in REASONS:
        raise QuestionError("This button does nothing any more.")
    async with desk.store.write() as unit:
        if await unit.statements.get(statement_id, asker.guild_id) is None:
            raise NotFound("this statement has left the record already")
        await unit.complaints.add(statement_id, guild_id=asker.guild_id, user_id=asker.user_id, reason=reason, now=desk.now())
    lines = (f"Noted: {REASONS[reason]}.", "Evidence shows the report to whoever looks at this statement in this server.")
    return Reply("Thank you", lines=lines, is_private=True)


async def mute(desk: Desk, asker: Asker, alert_id: int) -> Reply:
    """No alert of this pair in the alert's channel for a day. Who may: members with Manage Messages."""
    if not asker.may_moderate:
        raise QuestionError("Only members with Manage Messages may mute a pair in this channel.")
    async with desk.store.write() as unit:
        alert = await unit.alerts.get(alert_id)
        if alert.watch.guild_id != asker.guild_id:
            raise NotFound("that alert is of another server")
        position = alert.position
        await unit.mutes.forget(desk.now())
        await unit.mutes.set(alert.watch.channel_id, position.speaker, position.counterpart, desk.now() + MUTE)
    pair = " → ".join(filter(None, (position.speaker, position.counterpart)))
    lines = (f"{pair}: no alert in this channel for 24 hours.", "/timeline and /shifts show what is said meanwhile.")
    return Reply("Muted", lines=lines, is_private=True)
