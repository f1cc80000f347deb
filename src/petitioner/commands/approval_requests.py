"""The packets of a checked workspace that are still to go out."""

from petitioner.approval.packets import ApprovalRequest, PacketSources, list_requests
from petitioner.commands.load_and_check import CheckedWorkspace
from petitioner.log.context import LogContext
from petitioner.log.events import Event


def collect_sources(checked: CheckedWorkspace) -> PacketSources:
    """Collect what packets are made from. Raises WorkspaceError when the workspace has errors."""
    campaign, theme = checked.require()
    enclosures = {one.file: checked.workspace.attached[one.file] for one in campaign.enclosures}
    return PacketSources(checked.letters, checked.notes, enclosures, theme)


def find_requests(
    checked: CheckedWorkspace, context: LogContext, events: tuple[Event, ...]
) -> tuple[ApprovalRequest, ...]:
    """Return every packet that is still to go out. Raises WorkspaceError when the workspace has errors."""
    return list_requests(collect_sources(checked), context, events)
