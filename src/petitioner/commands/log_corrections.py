"""Correct the log: withdraw, confirm, reopen, settle and redact."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from petitioner.commands.log_add import read_evidence_files
from petitioner.commands.log_context import ask_author, ask_reason, open_log, read_log
from petitioner.commands.record_corrections import Settlement, record_settlement, record_undoing
from petitioner.errors import PetitionerError, UsageError
from petitioner.log.context import LogContext
from petitioner.log.corrections import (
    draft_confirmation,
    draft_redaction,
    draft_reopening,
    draft_withdrawal,
    draft_withdrawals,
    find_event,
    find_last_entries,
    list_addresses_reached,
)
from petitioner.log.events import Draft, Event
from petitioner.log.export import export_recorded
from petitioner.log.fact_input import read_channel, read_reason
from petitioner.log.kinds import Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.storage.store import MailingLog
from petitioner.terminal import IT_ASKS, Terminal, format_count

_Compose = Callable[[str, LogContext, tuple[Event, ...]], Draft]
"""Drafts an entry from its reason, its author and all events. Raises ``PetitionerError`` if it is not possible."""


@dataclass(frozen=True, slots=True)
class SettleOptions:
    """The options of ``log settle``; only one of ``sent`` and ``not_sent`` may be given."""

    id: str
    because: str | None
    sent: bool = False
    not_sent: bool = False
    channel: str | None = None
    files: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class RedactOptions:
    """The options of ``log redact``: ``files`` erases the bytes of the files too, ``yes`` asks nothing."""

    event: int
    because: str | None
    files: bool = False
    yes: bool = False


def withdraw_event(
    terminal: Terminal, context: LogContext, *, event: int, because: str | None, as_json: bool = False
) -> int:
    """Record that an event does not count; it stays visible, with the reason.

    Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError`` for one that cannot be withdrawn.
    """
    log, _ = _open_for_correction(terminal, context, partial(draft_withdrawal, event))
    reason = ask_reason(terminal, because)
    recorded = record_withdrawal(log, ask_author(terminal, context), event, reason)
    words = f"event {event} ({recorded.recipient}) is withdrawn and no longer counts"
    _show_entry(terminal, recorded, words, as_json=as_json)
    terminal.say_next(f"petitioner log --only {recorded.recipient}", "to see what counts now")
    return 0


def record_withdrawal(log: MailingLog, context: LogContext, event: int, because: str) -> Event:
    """Record that an event does not count. Raises as ``draft_withdrawal`` does."""
    (recorded,) = log.append(lambda events: [draft_withdrawal(event, because, context, events)])
    return recorded


def undo_last_entries(
    terminal: Terminal, context: LogContext, *, because: str | None, yes: bool, as_json: bool = False
) -> int:
    """Withdraw what the author's last command recorded, after a question.

    Raises ``UsageError`` if nobody can be asked, ``PetitionerError`` for a no, or if it cannot be withdrawn.
    """
    reason = read_reason(because) if because is not None else "taken back with log undo"
    log = open_log(terminal, context.folder, context.recipients)
    named_context = ask_author(terminal, context)
    events = read_log(terminal, log)
    last = find_last_entries(named_context.by, events)
    draft_withdrawals(last, reason, named_context, events)
    named = [f"event {event.id} ({event.recipient} {event.kind} on {event.happened_on})" for event in last]
    if not yes:
        _confirm_undoing(terminal, named, asks=terminal.can_ask and not as_json)
    recorded = record_undoing(log, named_context, reason, last)
    if as_json:
        terminal.show_json(export_recorded(recorded))
    else:
        terminal.show(f"Withdrawn: {', '.join(named)}.")
    recipients = dict.fromkeys(event.recipient for event in recorded)
    terminal.say_next(f"petitioner log --only {' --only '.join(recipients)}", "to see what counts now")
    return 0


def _confirm_undoing(terminal: Terminal, named: Sequence[str], *, asks: bool) -> None:
    if not asks:
        raise UsageError(f"This would withdraw {', '.join(named)}.", IT_ASKS)
    if not terminal.ask_yes(f"Withdraw {', '.join(named)}?"):
        raise PetitionerError("Nothing was withdrawn.", "`petitioner log` shows the numbers of other entries.")


def confirm_event(
    terminal: Terminal,
    context: LogContext,
    *,
    event: int,
    because: str | None,
    files: Sequence[Path] = (),
    as_json: bool = False,
) -> int:
    """Record that an unusual event is correct; `log` then no longer asks for attention to it.

    Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError`` when there is nothing to confirm.
    """
    compose = partial(draft_confirmation, event)
    log, _ = _open_for_correction(terminal, context, compose)
    recorded = _append_entry(terminal, context, log, partial(compose, ask_reason(terminal, because)), files=files)
    _show_entry(terminal, recorded, f"event {event} ({recorded.recipient}) is confirmed as correct", as_json=as_json)
    terminal.say_next("petitioner log", "to see what still needs attention")
    return 0


def reopen_packet(
    terminal: Terminal,
    context: LogContext,
    *,
    id_: str,
    because: str | None,
    channel: str | None = None,
    as_json: bool = False,
) -> int:
    """Begin another attempt by the same channel.

    Raises ``UsageError`` for an unknown recipient, channel or no reason, ``PetitionerError`` for a packet that may have
    arrived.
    """
    chosen_channel = read_channel(channel)

    def compose(reason: str, by: LogContext, events: tuple[Event, ...]) -> Draft:
        return draft_reopening(id_, reason, EarlierDeliveries.read(by, events), chosen_channel)

    log, _ = _open_for_correction(terminal, context, compose)
    recorded = _append_entry(
        terminal, context, log, partial(compose, ask_reason(terminal, because)), decides_sending=True
    )
    words = f"{id_} is open again by {recorded.channel}, attempt {recorded.attempt}"
    _show_entry(terminal, recorded, words, as_json=as_json)
    if reached := list_addresses_reached(recorded, log.read()):
        terminal.say(f"No bounce names {' and '.join(reached)}, who may have the e-mail already.", "bold yellow")
        terminal.say("    In recipients.yaml, keep only the failed addresses, corrected. Else the others get it twice.")
    terminal.say_next(
        f"petitioner approve --only {id_}", "the approval of the attempt before does not hold for this one"
    )
    return 0


def settle_packet(terminal: Terminal, context: LogContext, options: SettleOptions, *, as_json: bool = False) -> int:
    """Record whether a packet was sent or not.

    Raises ``UsageError`` for options that make no sense, ``PetitionerError`` for a packet that is not in doubt.
    """
    requested, chosen_channel = _read_answer(options), read_channel(options.channel)
    if requested is None and not terminal.can_ask:
        hint = f"Find out if it was sent. At a terminal you are asked: petitioner log settle {options.id}"
        raise UsageError("Neither --sent nor --not-sent was given.", hint)

    def check(reason: str, by: LogContext, events: tuple[Event, ...]) -> Draft:
        return Settlement(options.id, requested or Kind.SETTLED_NOT_SENT, reason, chosen_channel).draft(by, events)

    log, _ = _open_for_correction(terminal, context, check)
    kind = requested or _ask_answer(terminal, options)
    reason = ask_reason(terminal, options.because, "How do you know? The log keeps the answer (q quits):")
    named_context = ask_author(terminal, context)
    evidence = read_evidence_files(terminal, options.files)
    recorded = record_settlement(log, named_context, Settlement(options.id, kind, reason, chosen_channel), evidence)
    _show_entry(terminal, recorded, f"{recorded.recipient} {recorded.kind} by {recorded.channel}", as_json=as_json)
    if kind is Kind.SETTLED_NOT_SENT:
        terminal.say_next(f'petitioner log reopen {recorded.recipient} --because "…"', "to send it after all")
    else:
        terminal.say_next("petitioner log", "to see the state of every packet")
    return 0


def redact_event(terminal: Terminal, context: LogContext, requested: RedactOptions, *, as_json: bool = False) -> int:
    """Erase the note, tracking number and flags of an event, and with ``files`` the bytes of its files.

    The redaction itself stays in the log. Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError``
    when nothing can be erased.
    """
    compose = partial(draft_redaction, requested.event, files=requested.files)
    log, before = _open_for_correction(terminal, context, compose)
    reason = ask_reason(terminal, requested.because)
    if not requested.yes:
        erased = compose(reason, context, before).details.erased
        asks = terminal.can_ask and not as_json
        _confirm_erasure(terminal, find_event(requested.event, before), len(erased), asks=asks)
    recorded = _append_entry(terminal, context, log, partial(compose, reason))
    count = len(recorded.details.erased)
    files = f" and the bytes of {format_count(count, 'file')}" if count else ""
    words = f"the words of event {requested.event}{files} are erased; that it happened is still in the log"
    _show_entry(terminal, recorded, words, as_json=as_json)
    for number in _list_sharing_events(before, recorded):
        terminal.say(f"Note: event {number} had one of these files too; it is erased there as well.", style="yellow")
    terminal.say("Older copies of the log still contain what was erased here.", style="yellow")
    terminal.say_next(f"petitioner log show {recorded.recipient}", "to see what is left")
    return 0


def _open_for_correction(
    terminal: Terminal, context: LogContext, compose: _Compose
) -> tuple[MailingLog, tuple[Event, ...]]:
    """Open the log and draft an entry without recording it, so that a wrong one is refused before anything is asked."""
    log = open_log(terminal, context.folder, context.recipients)
    events = read_log(terminal, log)
    compose("", context, events)
    return log, events


def _append_entry(
    terminal: Terminal,
    context: LogContext,
    log: MailingLog,
    draft: Callable[[LogContext, tuple[Event, ...]], Draft],
    *,
    files: Sequence[Path] = (),
    decides_sending: bool = False,
) -> Event:
    """Append the entry; if it decides what is sent, no other command may send at the same time."""
    named_context = ask_author(terminal, context)
    evidence = read_evidence_files(terminal, files)
    with log.block_sending() if decides_sending else nullcontext():
        (recorded,) = log.append(lambda events: [replace(draft(named_context, events), attachments=evidence)])
    return recorded


def _show_entry(terminal: Terminal, recorded: Event, words: str, *, as_json: bool) -> None:
    if as_json:
        terminal.show_json(export_recorded([recorded]))
    else:
        terminal.show(f"Event {recorded.id}: {words}")


def _read_answer(options: SettleOptions) -> Kind | None:
    if options.sent and options.not_sent:
        raise UsageError("--sent and --not-sent were both given.", "Leave out the one that is not true.")
    if not options.sent and not options.not_sent:
        return None
    return Kind.SETTLED_SENT if options.sent else Kind.SETTLED_NOT_SENT


def _ask_answer(terminal: Terminal, options: SettleOptions) -> Kind:
    while True:
        answer = terminal.ask(f"{options.id}: was it sent? [y]es, [n]o, or [q]uit while you do not know:").lower()
        if answer in {"y", "yes"}:
            return Kind.SETTLED_SENT
        if answer in {"n", "no"}:
            return Kind.SETTLED_NOT_SENT


def _confirm_erasure(terminal: Terminal, event: Event, files: int, *, asks: bool) -> None:
    """Ask before erasing. Raises ``UsageError`` when nobody can be asked, ``PetitionerError`` for a no."""
    what = f"the words of event {event.id}, {event.recipient} {event.kind} on {event.happened_on}"
    what += f", and {format_count(files, 'file')}" if files else ""
    if not asks:
        raise UsageError(f"This would erase {what}. It cannot be undone.", IT_ASKS)
    if not terminal.ask_yes(f"Erase {what}? It cannot be undone."):
        raise PetitionerError("Nothing was erased.", f"See what the log has: petitioner log show {event.recipient}")


def _list_sharing_events(events: Iterable[Event], recorded: Event) -> list[int]:
    erased = set(recorded.details.erased)
    others = (event for event in events if event.id != recorded.details.redacts)
    return [event.id for event in others if erased & {document.sha256 for document in event.documents}]
