"""The workspace and the log in memory: read once, and read again when something changed."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from petitioner.approval.packets import ApprovalRequest, PacketSources
from petitioner.build.last_build import MANIFEST_NAME
from petitioner.build.manifest import locate_output
from petitioner.commands.approval_requests import collect_sources
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, load_and_check
from petitioner.commands.log_context import make_log_context, require_campaign
from petitioner.commands.next_steps import CampaignStatus
from petitioner.commands.record_approvals import Approver
from petitioner.commands.status import derive_status, list_campaign_requests
from petitioner.errors import PetitionerError
from petitioner.inputs.folder import look_again
from petitioner.log.context import LogContext
from petitioner.log.events import Event, find_tip
from petitioner.log.states.recipient_status import RecipientStatus
from petitioner.log.storage.location import LocationProblem
from petitioner.log.storage.store import MailingLog
from petitioner.model.letter import Letter
from petitioner.model.recipient import list_former
from petitioner.review.comparison import VaryingTable, make_table

LetterName = tuple[str, str, str]
"""Recipient, letter and language, such as ``("jp-osaka", "petition", "ja")``."""


@dataclass(frozen=True)
class Snapshot:
    """Everything that the pages show, as it was at one time. ``number`` counts the changes since the start."""

    number: int
    checked: CheckedWorkspace
    context: LogContext
    events: tuple[Event, ...]
    statuses: tuple[RecipientStatus, ...]
    state: CampaignStatus
    location_problem: LocationProblem | None
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
        for request in self.state.requests or ():
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

    Only one thread at a time reads, makes files or records. Pages show the last snapshot without waiting.
    """

    folder: Path
    campaign: str | None
    clock: Callable[[], datetime]
    author: str | None
    read_only: bool = False
    warn: Callable[[str, str], None] = lambda _sentence, _hint: None
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

    @contextmanager
    def changing(self) -> Iterator[Snapshot]:
        """Hold everything while a person's decision is recorded, and read again before and after it.

        Raises ``PetitionerError`` on a page that is only for reading, and for a log that is not complete or unchanged.
        """
        if self.read_only:
            raise PetitionerError("This page is only for reading.", "Start it again without --read-only.")
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
        requests = list_campaign_requests(checked, context, events)
        statuses, state = derive_status(context, events, checked, requests)
        problem = self._log.find_location_problem(events)
        self._number += 1
        self._seen = seen
        return Snapshot(self._number, checked, context, events, statuses, state, problem)

    def _is_unchanged(self, old: Snapshot, now: datetime) -> bool:
        """Whether everything that was read from the workspace is as it was, and the day too."""
        seen = old.checked.workspace.seen
        return old.context.campaign.day_at(now) == old.context.today and look_again(self.folder, seen) == seen
