"""``--state``: the recipients whose packets are in a state, as the mailing log says."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from petitioner.commands.approval_requests import find_requests
from petitioner.commands.letter_memory import find_outdated_files
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.commands.log_context import read_log_context
from petitioner.commands.status import derive_status
from petitioner.inputs.selection import require_known
from petitioner.log.states.packets import State
from petitioner.log.states.recipient_status import list_channel_statuses, list_recipient_statuses
from petitioner.log.storage.store import MailingLog

_KNOWN = tuple(state.replace(" ", "-") for state in State)
"""The states that can be chosen."""


def list_recipients_in(states: Sequence[str], folder: Path, campaign: str | None, now: datetime) -> frozenset[str]:
    """Return the ids of the recipients that are in one of the ``states``, overall or by one of their channels.

    Raises UsageError for an unknown state, WorkspaceError for errors in recipients.yaml or campaign.yaml, and
    PetitionerError for a log that cannot be read. To know which approvals have lapsed, the letters are filled in; then
    WorkspaceError is raised for errors in them, too.
    """
    names = [state.casefold().replace(" ", "-") for state in states]
    require_known("state", names, _KNOWN)
    context = read_log_context(folder, campaign, now)
    events = MailingLog.within(folder, context.recipients).read()
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    channels = list_channel_statuses(statuses)
    if State.LAPSED in names:
        checked = load_and_check(Scope(folder, campaign, now))
        checked.require()
        statuses, state = derive_status(
            context, events, find_requests(checked, context, events), find_outdated_files(checked)
        )
        channels = tuple(state.channels)
    found = [(one.status.id, one.state) for one in channels]
    found += [(status.id, status.state) for status in statuses]
    return frozenset(id_ for id_, state in found if state.replace(" ", "-") in names)
