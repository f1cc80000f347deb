"""What the commands about paper begin with: the packets that are to be printed now, and those that are not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from petitioner.approval.requests import Request
from petitioner.commands.docket import gather_requests
from petitioner.commands.inspection import Inspection, Scope, inspect_workspace
from petitioner.commands.secretary import open_log, read_log, sit_down
from petitioner.errors import PetitionerError
from petitioner.mailing.plan import Plan, is_meant, plan_sending
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.slips import sign
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.standings import Standing, belongs, take_stock
from petitioner.mailing_log.states.taken import Others
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.model.recipient import Channel
from petitioner.selection import choose
from petitioner.terminal import Terminal

PAPER_WAYS: tuple[str, ...] = (Channel.POST, Channel.HAND)
"""The ways by which packets leave that recipients.yaml plans on paper."""


@dataclass(frozen=True, slots=True)
class Tray:
    """Everything that was read, and ``plan``: the packets on paper that are approved as they stand and still here.

    ``events`` are all of the log; ``standings`` those of whoever was chosen and is written to on paper.
    """

    found: Inspection
    desk: Desk
    log: MailingLog
    events: tuple[Event, ...]
    standings: tuple[Standing, ...]
    requests: tuple[Request, ...]
    plan: Plan


def fill_tray(terminal: Terminal, scope: Scope, by: str | None = None, ways: tuple[str, ...] = PAPER_WAYS) -> Tray:
    """Read everything, and decide what is to be printed.

    Raises WorkspaceError when the workspace has errors, and ``PetitionerError`` when nobody is written to on paper or
    the log cannot be read.
    """
    found = inspect_workspace(scope)
    mailing, _ = found.require()
    desk = sign(sit_down(found.workspace, mailing, scope.now, by))
    log = open_log(terminal, scope.folder, desk.recipients)
    events = read_log(terminal, log, is_needed=True)
    terminal.report(found.problems)
    standings = _list_meant(desk, events, scope, ways)
    if not standings:
        hint = "Whoever gets a letter on paper has 'post' or 'hand' among its channels in recipients.yaml."
        raise PetitionerError(f"Nobody who was chosen is written to by {' or '.join(ways)}.", hint)
    requests = gather_requests(found, desk, events)
    present = tuple(event for event in events if belongs(event, mailing))
    others = Others.read(desk, events)
    plan = plan_sending(requests, standings, present, log.read_blob, others, ways)
    return Tray(found, desk, log, events, standings, requests, plan)


def _list_meant(desk: Desk, events: Iterable[Event], scope: Scope, ways: tuple[str, ...]) -> tuple[Standing, ...]:
    chosen = {recipient.id for recipient, _ in choose(scope.selection, desk.recipients)}
    standings = take_stock(desk.recipients, desk.campaign, events)
    meant = (one for one in standings if any(is_meant(one, way) for way in ways))
    return tuple(one for one in meant if scope.selection.is_everything or one.id in chosen)
