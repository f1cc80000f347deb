"""``petitioner log settle``: say how a packet ended of which the program cannot know it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.commands.log.recording import take_evidence
from petitioner.errors import UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.repairs import draft_settlement
from petitioner.mailing_log.entries.slips import read_channel, read_reason, sign
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Draft, Event
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.states.taken import Others
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was typed after ``log settle``, word for word; just one of ``sent`` and ``not_sent`` makes sense."""

    id: str
    because: str
    sent: bool = False
    not_sent: bool = False
    channel: str | None = None
    files: Sequence[Path] = ()


def settle_packet(terminal: Terminal, desk: Desk, verdict: Verdict, *, as_json: bool = False) -> int:
    """Record whether a packet was sent or not.

    Raises ``UsageError`` for a verdict that makes no sense, ``PetitionerError`` for a packet that is not in doubt.
    """
    kind, reason, way = _read_kind(verdict), read_reason(verdict.because), read_channel(verdict.channel)
    signed, log = sign(desk), MailingLog.within(desk.folder, desk.recipients)

    def settle(events: tuple[Event, ...]) -> Draft:
        return draft_settlement(verdict.id, kind, reason, Others.look(signed, events), way)

    settle(log.read())
    evidence = take_evidence(terminal, verdict.files)

    with log.keep_sending_out():
        (recorded,) = log.append(lambda events: [replace(settle(events), attachments=evidence)])
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        terminal.show(f"Event {recorded.id}: {recorded.recipient} {recorded.kind} by {recorded.channel}")
    if kind is Kind.SETTLED_NOT_SENT:
        terminal.say_next(f'petitioner log reopen {recorded.recipient} --because "…"', "to send it after all")
    else:
        terminal.say_next("petitioner log", "to see where every packet stands")
    return 0


def _read_kind(verdict: Verdict) -> Kind:
    if verdict.sent == verdict.not_sent:
        what = "both" if verdict.sent else "neither"
        hint = f'Find out which is true, then: petitioner log settle {verdict.id} --sent --because "…"'
        raise UsageError(f"Say --sent or --not-sent; {what} was given.", hint)
    return Kind.SETTLED_SENT if verdict.sent else Kind.SETTLED_NOT_SENT
