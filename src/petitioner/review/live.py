"""The workspace and the log in memory: read once, and read again when something changed."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from petitioner.approval.packets import ApprovalRequest, PacketSources
from petitioner.build.last_build import MANIFEST_NAME
from petitioner.build.manifest import locate_output
from petitioner.commands.approval_requests import collect_sources, find_requests
from petitioner.commands.letter_memory import find_outdated_files
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, fill_in_and_check, load_and_check
from petitioner.commands.log_context import make_log_context, require_campaign
from petitioner.commands.next_steps import CampaignStatus
from petitioner.commands.record_approvals import Approver
from petitioner.commands.status import derive_status
from petitioner.errors import PetitionerError, errors_in
from petitioner.inputs.folder import look_again
from petitioner.inputs.selection import Selection
from petitioner.inputs.workspace import read_workspace
from petitioner.log.context import LogContext
from petitioner.log.events import Event, find_tip
from petitioner.log.states.recipient_status import RecipientStatus
from petitioner.log.storage.location import LocationProblem
from petitioner.log.storage.store import MailingLog
from petitioner.model.letter import Letter
from petitioner.model.recipient import list_former
from petitioner.review.comparison import VaryingTable, make_table

_MANY = 100
"""How many letters are filled in and checked in half a second."""

LetterName = tuple[str, str, str]
"""Recipient, letter and language, such as ``jp-osaka``, ``petition``, ``ja``."""


@dataclass(frozen=True)
class Snapshot:
    """Everything that the pages show, as it was at one time. ``number`` counts the changes since the start.

    If it ``is_partial``, only the letters of one recipient have the present text; the others are read next.
    """

    number: int
    checked: CheckedWorkspace
    context: LogContext
    events: tuple[Event, ...]
    statuses: tuple[RecipientStatus, ...]
    state: CampaignStatus
    location_problem: LocationProblem | None
    is_partial: bool = False
    tables: dict[tuple[str, str], VaryingTable] = field(default_factory=dict, compare=False, repr=False)

    def get_table(self, stem: str, language: str) -> VaryingTable:
        """Return what differs between the recipients of a text; it is compared once."""
        if (stem, language) not in self.tables:
            own = [one for one in self.letters.values() if (one.stem, one.language) == (stem, language)]
            self.tables[stem, language] = make_table(own)
        return self.tables[stem, language]

    @cached_property
    def letters(self) -> Mapping[LetterName, Letter]:
        """All letters and covering notes, those of a recipient together, a note last."""
        everything = (*self.checked.letters, *self.checked.notes)
        places = {one.id: place for place, one in enumerate(self.checked.workspace.recipients)}
        ordered = sorted(everything, key=lambda one: places[one.recipient])
        return {(one.recipient, one.stem, one.language): one for one in ordered}

    @cached_property
    def requests(self) -> Mapping[str, tuple[ApprovalRequest, ...]]:
        """The packets that are still to go out, by recipient; none while the letters have errors."""
        found: dict[str, tuple[ApprovalRequest, ...]] = {}
        for request in (one for one in self.state.requests or () if isinstance(one, ApprovalRequest)):
            found[request.recipient.id] = (*found.get(request.recipient.id, ()), request)
        return found

    @cached_property
    def sources(self) -> PacketSources:
        """What packets are made from. Raises WorkspaceError when the workspace has errors."""
        return collect_sources(self.checked)

    @cached_property
    def approver(self) -> Approver:
        """Knows the doubts about packets. Raises WorkspaceError when the workspace has errors."""
        return Approver.of(self.checked.workspace, self.sources, self.context)


@dataclass(slots=True)
class LiveWorkspace:
    """The workspace ``folder`` and its log for one ``campaign``; ``author`` writes to the log.

    ``shown`` is the recipient whose letter was shown last.

    Only one thread at a time reads, makes files or writes to the log. Pages show the last snapshot without waiting.
    """

    folder: Path
    campaign: str | None
    clock: Callable[[], datetime]
    author: str | None
    read_only: bool = False
    warn: Callable[[str, str], None] = lambda _sentence, _hint: None
    shown: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _number: int = 0
    _snapshot: Snapshot | None = None
    _fault: PetitionerError | None = None
    _log: MailingLog | None = None
    _seen: object = None

    @property
    def number(self) -> int:
        """The number of changes since the start."""
        return self._number

    @property
    def log(self) -> MailingLog:
        """The mailing log, which knows the recipients by their former ids, too."""
        return self._log or MailingLog.within(self.folder, (), self.warn)

    @property
    def snapshot(self) -> Snapshot:
        """What the pages show. Raises ``PetitionerError`` while records or the log have errors."""
        if self._fault:
            raise self._fault
        return self._snapshot or self.refresh()

    def refresh(self) -> Snapshot:
        """Read again what changed, and return what the pages show now. Raises as ``snapshot`` does."""
        with self.lock:
            try:
                self._snapshot = self._read()
                self._fault = None
            except PetitionerError as error:
                if str(error) != str(self._fault):
                    self._number += 1
                self._fault, self._seen = error, None
                raise
            return self._snapshot

    def refresh_after_save(self) -> None:
        """Read again after a file was saved: if there are many letters, first those of the recipient that is shown.

        Raises as ``snapshot`` does.
        """
        with self.lock:
            old = self._snapshot
            if old and len(old.letters) > _MANY and not self._is_unchanged(old, self.clock()):
                self._refresh_shown(old)
        self.refresh()

    @contextmanager
    def lock_to_record(self) -> Iterator[Snapshot]:
        """Keep other threads out while a person's decision is recorded. Read again before and after it.

        Raises ``PetitionerError`` on a page that is read only, and for a log that is not complete or unchanged.
        """
        if self.read_only:
            raise PetitionerError("This page is read only.", "Start it again without --read-only.")
        with self.lock:
            snapshot = self.refresh()
            self.log.require_complete(snapshot.events)
            self.log.require_unchanged()
            try:
                yield replace(snapshot, context=replace(snapshot.context, now=self.clock()))
            finally:
                self.refresh()

    def _read(self) -> Snapshot:
        now, old = self.clock(), self._snapshot
        checked = old.checked if old and self._is_unchanged(old, now) else None
        if checked is None:
            checked = load_and_check(Scope(self.folder, self.campaign, now))
        campaign = require_campaign(checked.workspace.campaign, checked.problems)
        context = make_log_context(checked.workspace, campaign, now, self.author)
        if self._log is None or self._log.former != list_former(context.recipients):
            self._log = MailingLog.within(self.folder, context.recipients, self.warn)
        events = self._log.read()
        manifest = locate_output(self.folder, campaign.folder) / MANIFEST_NAME
        built = manifest.stat().st_mtime_ns if manifest.exists() else 0
        seen = (id(checked), find_tip(events), built, context.today)
        if old and seen == self._seen:
            return old
        snapshot = self._make_snapshot(checked, context, events)
        self._seen = seen
        return snapshot

    def _refresh_shown(self, old: Snapshot) -> None:
        """Show the present letters of one recipient among the old ones of the others, if it still has any."""
        found = read_workspace(self.folder, self.campaign)
        known = {one.id for one in found[0].recipients}
        if self.shown not in known or errors_in(found[1]):
            return
        mine = fill_in_and_check(*found, self.clock(), Selection(only=(self.shown,)))
        if mine.has_errors:
            return
        letters, notes = _replace(old.checked.letters, mine.letters), _replace(old.checked.notes, mine.notes)
        still = [one for one in (*letters, *notes) if one.recipient not in known]
        if still:
            return
        checked = CheckedWorkspace(mine.workspace, letters, notes, mine.problems)
        context = make_log_context(mine.workspace, checked.require()[0], self.clock(), self.author)
        self._snapshot = self._make_snapshot(checked, context, old.events, old)

    def _make_snapshot(
        self, checked: CheckedWorkspace, context: LogContext, events: tuple[Event, ...], old: Snapshot | None = None
    ) -> Snapshot:
        """Return what the pages show; with ``old``, only the approvals are new, and the rest is that of ``old``."""
        requests = None if checked.has_errors else find_requests(checked, context, events)
        if old:
            statuses, state = old.statuses, replace(old.state, requests=requests)
        else:
            statuses, state = derive_status(context, events, requests, find_outdated_files(checked))
        self._number += 1
        problem = self.log.find_location_problem(events)
        return Snapshot(self._number, checked, context, events, statuses, state, problem, is_partial=bool(old))

    def _is_unchanged(self, old: Snapshot, now: datetime) -> bool:
        """Whether everything that was read from the workspace is as it was, and the day too."""
        seen = old.checked.workspace.seen
        is_same_day = old.context.campaign.day_at(now) == old.context.today
        return not old.is_partial and is_same_day and look_again(self.folder, seen) == seen


def _replace(old: Iterable[Letter], new: Sequence[Letter]) -> tuple[Letter, ...]:
    """Return the letters with those of the recipients of ``new`` in the place of their old ones."""
    recipients = {one.recipient for one in new}
    return (*(one for one in old if one.recipient not in recipients), *new)


Value = TypeVar("Value")


@dataclass(slots=True)
class OncePerSnapshot(Generic[Value]):
    """Keeps what ``compute`` returns for the last snapshot."""

    compute: Callable[[LiveWorkspace, Snapshot], Value]
    _kept: tuple[Snapshot, Value] | None = field(default=None, init=False, repr=False)

    def get(self, live: LiveWorkspace, snapshot: Snapshot) -> Value:
        """Return the value for a snapshot. Raises as ``compute`` does."""
        kept = self._kept
        if kept is None or kept[0] is not snapshot:
            kept = self._kept = (snapshot, self.compute(live, snapshot))
        return kept[1]
