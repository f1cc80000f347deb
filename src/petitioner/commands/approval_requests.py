"""The packets of a checked workspace that wait to be approved or to go out."""

from petitioner.approval.packets import ApprovalRequest, PacketSources, list_requests
from petitioner.commands.load_and_check import CheckedWorkspace
from petitioner.log.context import LogContext
from petitioner.log.events import Event


def make_supply(found: CheckedWorkspace) -> PacketSources:
    """Collect what packets are made from. Raises WorkspaceError when the workspace has errors."""
    campaign, theme = found.require()
    enclosures = {one.file: found.workspace.attached[one.file] for one in campaign.enclosures}
    return PacketSources(found.letters, found.notes, enclosures, theme)


def find_requests(
    found: CheckedWorkspace, context: LogContext, events: tuple[Event, ...]
) -> tuple[ApprovalRequest, ...]:
    """Return every packet that is still to go out. Raises WorkspaceError when the workspace has errors."""
    return list_requests(make_supply(found), context, events)
