"""``petitioner log settle``: say how a packet ended of which the program cannot know it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.commands.log.recording import take_evidence
from petitioner.commands.secretary import ask_reason, open_log, read_log, sign_in
from petitioner.errors import UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.repairs import draft_settlement
from petitioner.mailing_log.entries.slips import read_channel
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Draft, Event
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.states.taken import Others
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was typed after ``log settle``, word for word; just one of ``sent`` and ``not_sent`` makes sense."""

    id: str
    because: str | None
    sent: bool = False
    not_sent: bool = False
    channel: str | None = None
    files: Sequence[Path] = ()


def settle_packet(terminal: Terminal, desk: Desk, verdict: Verdict, *, as_json: bool = False) -> int:
    """Record whether a packet was sent or not.

    Raises ``UsageError`` for a verdict that makes no sense, ``PetitionerError`` for a packet that is not in doubt.
    """
    asked, way = _read_kind(verdict), read_channel(verdict.channel)
    log = open_log(terminal, desk.folder, desk.recipients)
    if asked is None and not terminal.can_ask:
        hint = f"Find out which is true. At a terminal you are asked: petitioner log settle {verdict.id}"
        raise UsageError("Neither --sent nor --not-sent was given.", hint)

    def settle(events: tuple[Event, ...], kind: Kind, reason: str, by: Desk) -> Draft:
        return draft_settlement(verdict.id, kind, reason, Others.look(by, events), way)

    settle(read_log(terminal, log), asked or Kind.SETTLED_NOT_SENT, "", desk)  # whether there is anything to ask about
    kind = asked or _ask_kind(terminal, verdict)
    reason = ask_reason(terminal, verdict.because, "How do you know? The log keeps the answer (q quits):")
    signed = sign_in(terminal, desk)
    settle(log.read(), kind, reason, signed)
    evidence = take_evidence(terminal, verdict.files)

    with log.keep_sending_out():
        (recorded,) = log.append(lambda events: [replace(settle(events, kind, reason, signed), attachments=evidence)])
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        terminal.show(f"Event {recorded.id}: {recorded.recipient} {recorded.kind} by {recorded.channel}")
    if kind is Kind.SETTLED_NOT_SENT:
        terminal.say_next(f'petitioner log reopen {recorded.recipient} --because "…"', "to send it after all")
    else:
        terminal.say_next("petitioner log", "to see where every packet stands")
    return 0


def _read_kind(verdict: Verdict) -> Kind | None:
    if verdict.sent and verdict.not_sent:
        raise UsageError("--sent and --not-sent were both given.", "Leave out the one that is not true.")
    if not verdict.sent and not verdict.not_sent:
        return None
    return Kind.SETTLED_SENT if verdict.sent else Kind.SETTLED_NOT_SENT


def _ask_kind(terminal: Terminal, verdict: Verdict) -> Kind:
    while True:
        answer = terminal.ask(f"{verdict.id}: was it sent? [y]es, [n]o, or [q]uit while you do not know:").lower()
        if answer in {"y", "yes"}:
            return Kind.SETTLED_SENT
        if answer in {"n", "no"}:
            return Kind.SETTLED_NOT_SENT
