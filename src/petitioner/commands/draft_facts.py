"""Draft the entries of what a person did, with the files that were sent, for `log add` and the page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from operator import attrgetter
from pathlib import Path

from petitioner.approval.approvals import ENCLOSURE, LETTER, list_approvals, list_files
from petitioner.build.last_build import MANIFEST_NAME, find_last_build
from petitioner.build.manifest import (
    find_built_letters,
    list_built_letters,
    locate_output,
    read_manifest,
)
from petitioner.commands.answered_campaign import find_answered_folder
from petitioner.commands.log_context import guess_media_type, read_log_context
from petitioner.files import digest, read_regular_file
from petitioner.inputs.folder import LETTERS, UnreadableError, find_change, list_newer, read_file
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, BuiltFile, Draft, Event, KeptFiles
from petitioner.log.fact_input import FactReport, flag_tracking
from petitioner.log.facts import draft_fact, keep_used, list_channels
from petitioner.log.kinds import HANDLED, PAPER, Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.event_text import RecipientHistory, find_history
from petitioner.log.states.packets import effective_events

FindFiles = Callable[[RecipientHistory], tuple[BuiltFile, ...] | KeptFiles]
"""Returns the files of a recipient: those of the last build, or the approved ones."""
_SHOWN = 3  # files that a remark names before it counts the rest
_SECOND = 1_000_000_000  # nanoseconds


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Files that a person gave, read: ``evidence`` proves the facts, ``used`` was sent instead of the built files.

    ``is_public`` allows the photographs among the evidence in a public report.
    """

    evidence: tuple[Attachment, ...] = ()
    used: tuple[Attachment, ...] = ()
    is_public: bool = False


NO_READ_FILES = ReadFiles()


def draft_facts(
    context: LogContext,
    reports: Iterable[tuple[str, FactReport]],
    events: tuple[Event, ...],
    find_built: FindFiles,
    given: ReadFiles = NO_READ_FILES,
) -> Iterator[Draft]:
    """Draft one entry for each packet that the ``reports`` are about, each with the id of its recipient.

    ``events`` are all of the log. What is unusual is flagged. What came back is about the last edition that was sent.
    Raises WorkspaceError if the campaign.yaml of that edition has errors.
    """
    # One by one, so that memory holds the letters of a single recipient at a time.
    known: list[Event | Draft] = list(effective_events(events))
    earlier = EarlierDeliveries.read_if_possible(context, events)
    read_context = cache(partial(_read_context, context))
    for id_, report in reports:
        own = read_context("" if report.kind in HANDLED else find_answered_folder(id_, context, events))
        history = find_history(id_, own, events)
        kept = keep_used(keep_files(find_built(history)) if report.kind in HANDLED else KeptFiles(), given.used)
        for channel in list_channels(report, history):
            draft = draft_fact(replace(report, channel=channel), history, own, kept, given.evidence)
            flags = flag_tracking(draft, known, own.campaign.sender.country)
            draft = _add_flags(draft, flags, public=given.is_public)
            draft = _flag_other_claim(draft, history, earlier)
            known.append(replace(draft, attachments=()))
            yield draft


def _read_context(context: LogContext, folder: str) -> LogContext:
    """Return the context of the campaign in another folder below ``letters/``; the same one without a name."""
    return read_log_context(context.folder, folder, context.now, context.by) if folder else context


def keep_files(built: Iterable[BuiltFile] | KeptFiles) -> KeptFiles:
    """Return the bytes of built files that are unchanged since the build; approved files are returned as they are."""
    if isinstance(built, KeptFiles):
        return built
    attachments: list[Attachment] = []
    left_out: dict[str, str] = {}
    for file in built:
        name = file.path.name
        if file.fault:
            left_out[name] = file.fault
            continue
        try:
            content = read_regular_file(file.path)
        except OSError as error:
            left_out[name] = f"cannot be read ({error.strerror})"
            continue
        if digest(content) == file.sha256:
            attachments.append(Attachment("letter", name, file.media_type, content))
        else:
            left_out[name] = "was changed after it was built"
    return KeptFiles(tuple(attachments), left_out)


def _add_flags(draft: Draft, flags: Mapping[str, str], **changes: object) -> Draft:
    """Return a draft with more flags and other changes of its details."""
    details = draft.details.model_copy(update={"flags": {**draft.details.flags, **flags}, **changes})
    return replace(draft, details=details)


def _flag_other_claim(draft: Draft, history: RecipientHistory, earlier: EarlierDeliveries) -> Draft:
    """Flag a letter that was sent or printed although another log may have sent one to the same recipient.

    A letter recorded as printed is the one that the other log printed, so this settles the other log's claim.
    """
    taken = history.record and earlier.find(history.record, draft.channel)
    if not taken or draft.kind not in HANDLED:
        return draft
    settles = tuple(one.event for one in taken.printed) if draft.kind is Kind.PRINTED else ()
    return _add_flags(draft, {"claimed" if settles else "taken": taken.words}, settles=settles)


def find_sent_files(context: LogContext) -> FindFiles:
    """Return a function that finds the files that a recipient got on paper: the approved ones, else the built ones.

    Approved files are in the log already, so only their names are returned. Letters are not filled in again: if built
    files or enclosures differ from the approved ones, they changed. If other files are newer, they are compared with
    those of the last build of all letters.
    """
    folder = locate_output(context.folder, context.campaign.folder)
    read_built, hash_enclosures = cache(partial(read_manifest, folder)), cache(partial(_hash_enclosures, context))
    is_as_built = cache(partial(_is_as_built, context, folder / MANIFEST_NAME))

    def find(history: RecipientHistory) -> tuple[BuiltFile, ...] | KeptFiles:
        approval = _find_approval(history)
        if approval is None:
            return _list_built_files(folder, history.id)
        built = {path.name: entry.sha256 for path, entry in list_built_letters(read_built()[0], history.id)}
        if _has_changed_files(approval, LETTER, built or None) or _has_changed_files(
            approval, ENCLOSURE, hash_enclosures()
        ):
            words = f"changed since it was approved on {approval.happened_on} (event {approval.id})"
            return replace(keep_files(_list_built_files(folder, history.id)), unapproved=words)
        approved_at = int(approval.recorded_at.timestamp()) * _SECOND
        newer = list_newer(
            context.folder, context.campaign.folder, max(approved_at, find_change(folder / MANIFEST_NAME))
        )
        outdated = "" if newer and is_as_built() else _format_newer_files(newer)
        return KeptFiles(list_files(approval), unapproved="", outdated=outdated)

    return find


def _list_built_files(folder: Path, recipient: str) -> tuple[BuiltFile, ...]:
    built = find_built_letters(folder, recipient)
    return tuple(BuiltFile(path, sha256, guess_media_type(path), fault) for path, sha256, fault in built)


def _find_approval(history: RecipientHistory) -> Event | None:
    """Return the latest approval of a present packet on paper; post and hand count for each other."""
    on_paper = ((key, one) for key, one in list_approvals(history.present).items() if key.channel in PAPER)
    current = (one for key, one in on_paper if key.attempt == history.find_attempt(key.channel))
    return max(current, key=attrgetter("id"), default=None)


def _has_changed_files(approval: Event, role: str, present: Mapping[str, str] | None) -> bool:
    """Whether the files of a role are not the approved ones; ``present`` maps names to hashes, None if unknown."""
    approved = {one.name: one.sha256 for one in approval.documents if one.role == role}
    return present is not None and present != approved


def _hash_enclosures(context: LogContext) -> Mapping[str, str] | None:
    """Hash the enclosures; None when one of them cannot be read."""
    home = f"{LETTERS}/{context.campaign.folder}"
    names = [enclosure.file for enclosure in context.campaign.enclosures]
    try:
        return {name: digest(read_file(context.folder, f"{home}/{name}")) for name in names}
    except UnreadableError:
        return None


def _is_as_built(context: LogContext, manifest: Path) -> bool:
    """Whether nothing differs from what the last build of all letters was made from, whatever the times of the files.

    The letters have the day in them, so the day of the build counts, which is that of the manifest, or today.
    """
    days = datetime.fromtimestamp(find_change(manifest) / _SECOND, UTC), context.now
    return any(find_last_build(context.folder, context.campaign.folder, day) for day in days)


def _format_newer_files(newer: tuple[str, ...]) -> str:
    if not newer:
        return ""
    rest = f" and {len(newer) - _SHOWN} more" if len(newer) > _SHOWN else ""
    return f"{', '.join(newer[:_SHOWN])}{rest} changed after the build and the approval"
