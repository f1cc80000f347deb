"""What the commands about approval begin with: the packets that are still to go out, and what was said of each."""

from petitioner.approval.requests import Request, Supply, list_requests
from petitioner.commands.inspection import Inspection
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.records import Event
from petitioner.model.campaign import Campaign


def gather_supply(found: Inspection) -> Supply:
    """What packets are made from. Raises WorkspaceError when the workspace has errors."""
    mailing, theme = found.require()
    return Supply(found.letters, found.notes, _list_enclosures(found, mailing), theme)


def gather_requests(found: Inspection, desk: Desk, events: tuple[Event, ...]) -> tuple[Request, ...]:
    """Every packet that is still to go out. Raises WorkspaceError when the workspace has errors."""
    return list_requests(gather_supply(found), desk, events)


def _list_enclosures(found: Inspection, mailing: Campaign) -> dict[str, bytes]:
    attached = found.workspace.attached
    return {enclosure.file: attached[enclosure.file] for enclosure in mailing.enclosures}
