"""The files that go with a fact: what was approved, and only without an approval what was built last."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from petitioner.approval.packets import list_files
from petitioner.approval.requests import Supply
from petitioner.approval.verdicts import Verdict, judge, list_approvals
from petitioner.commands.docket import gather_supply
from petitioner.commands.inspection import Scope, inspect_workspace
from petitioner.commands.secretary import keep_files, open_shelf
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import PAPER
from petitioner.mailing_log.events.records import BuiltFile, Event, Kept
from petitioner.mailing_log.states.parties import find_party
from petitioner.mailing_log.states.standings import belongs
from petitioner.mailing_log.storage.store import MailingLog


def open_archive(desk: Desk) -> Callable[[str], tuple[BuiltFile, ...] | Kept]:
    """Gives what a recipient was sent on paper: the files approved, or else those of the last build.

    Approved files are in the log already, so only their names are given. What was approved and has changed since is
    no approval, and the words say so. While the letters have errors nobody can tell, and the approval stands.
    """
    log = MailingLog.within(desk.folder, desk.recipients)
    events = tuple(event for event in log.read() if belongs(event, desk.campaign))
    approvals = _list_on_paper(desk, events)
    supply = _gather(desk) if approvals else None
    shelf = open_shelf(desk)

    def find(recipient: str) -> tuple[BuiltFile, ...] | Kept:
        approval = approvals.get(recipient)
        if approval is None:
            return shelf(recipient)
        if _is_lapsed(approval, desk, supply):
            words = f"changed since it was approved on {approval.happened_on} (event {approval.id})"
            return replace(keep_files(shelf(recipient)), unapproved=words)
        return Kept(list_files(approval), unapproved="")

    return find


def _list_on_paper(desk: Desk, events: Iterable[Event]) -> Mapping[str, Event]:
    """The latest approval of each recipient's present packets on paper; one way stands in for another."""
    everything = tuple(events)
    return {
        key.recipient: approval
        for key, approval in sorted(list_approvals(everything).items(), key=lambda pair: pair[1].id)
        if key.channel in PAPER and key.attempt == find_party(key.recipient, desk, everything).attempt(key.channel)
    }


def _gather(desk: Desk) -> Supply | None:
    found = inspect_workspace(Scope(desk.folder, desk.campaign.id, desk.now))
    return None if found.has_errors else gather_supply(found)


def _is_lapsed(approval: Event, desk: Desk, supply: Supply | None) -> bool:
    record = next((recipient for recipient in desk.recipients if recipient.id == approval.recipient), None)
    letters = supply.group().get(approval.recipient) if supply else None
    if record is None or supply is None or letters is None:
        return False
    return judge(approval, supply.describe(record, approval.channel, letters)) is Verdict.LAPSED
