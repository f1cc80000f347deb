"""``petitioner log add``: record what a person did."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from petitioner.files import digest
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.facts import draft_fact
from petitioner.mailing_log.kinds import WAY_OF
from petitioner.mailing_log.parties import find_party
from petitioner.mailing_log.records import Attachment, BuiltFile, Draft, Event, Kept
from petitioner.mailing_log.slips import Slip, read_slip, sign
from petitioner.mailing_log.standings import require_known
from petitioner.mailing_log.store import MailingLog
from petitioner.terminal import Terminal

FindBuilt = Callable[[str], tuple[BuiltFile, ...]]
"""Gives the files of the last build that belong to a recipient."""


def add_events(terminal: Terminal, desk: Desk, slip: Slip, *, find_built: FindBuilt, as_json: bool = False) -> int:
    """Record one fact about one or more recipients: about all of them or, when anything fails, about none.

    Whatever is unusual is flagged and recorded all the same. Raises ``UsageError`` for a slip that makes no sense,
    ``PetitionerError`` for a log that cannot be written.
    """
    report = read_slip(slip, desk)
    ids = tuple(dict.fromkeys(slip.ids))
    signed = sign(desk)
    log = MailingLog.within(desk.folder)
    require_known(ids, desk.recipients, log.read())

    def compose(events: tuple[Event, ...]) -> Iterator[Draft]:
        # One by one, so that memory holds the letters of a single recipient at a time.
        for id_ in ids:
            kept = _keep_files(find_built(id_)) if report.kind in WAY_OF else Kept()
            yield draft_fact(report, find_party(id_, signed, events), signed, kept)

    recorded = log.append(compose)
    if as_json:
        terminal.show_json({"recorded": export_events(recorded, recorded)})
    else:
        _show_recorded(terminal, recorded)
    _tell_flags(terminal, recorded)
    terminal.say_next("petitioner log", "to see where every packet stands")
    return 0


def _keep_files(built: Iterable[BuiltFile]) -> Kept:
    attachments: list[Attachment] = []
    left_out: dict[str, str] = {}
    for file in built:
        try:
            content = file.path.read_bytes()
        except OSError as error:
            left_out[file.path.name] = f"cannot be read ({error.strerror})"
            continue
        if digest(content) == file.sha256:
            attachments.append(Attachment("letter", file.path.name, file.media_type, content))
        else:
            left_out[file.path.name] = "was changed after it was built"
    return Kept(tuple(attachments), left_out)


def _show_recorded(terminal: Terminal, recorded: Iterable[Event]) -> None:
    for event in recorded:
        tracking = f", tracking number {event.details.tracking}" if event.details.tracking else ""
        count = len(event.documents)
        files = f", {count} file{'s' if count != 1 else ''} kept" if event.kind in WAY_OF else ""
        terminal.show(f"Event {event.id}: {event.recipient} {event.kind} on {event.happened_on}{tracking}{files}")


def _tell_flags(terminal: Terminal, recorded: Sequence[Event]) -> None:
    about: dict[str, list[str]] = {}
    for event in recorded:
        for words in event.details.flags.values():
            about.setdefault(words, []).append(event.recipient)
    for words, ids in about.items():
        whom = "" if len(ids) == len(recorded) > 1 else f"{', '.join(ids)}: "
        terminal.say(f"Note: {whom}{words}.", style="yellow")
