"""A person's decisions about a letter: record a reading, approve, take back an approval."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from petitioner.approval.approvals import ApprovalState
from petitioner.approval.review import refuse_hold
from petitioner.commands.build import make_files
from petitioner.commands.log_corrections import record_withdrawal
from petitioner.commands.read import write_reading
from petitioner.errors import ChangedError, UsageError
from petitioner.log.fact_input import read_name, read_reason
from petitioner.review.pages.page import Form, form_handler, get_site, go_to
from petitioner.review.pages.shown_letter import find_letter
from petitioner.templates.readings import digest_text


@form_handler
def record_read(request: Request, form: Form) -> Response:
    """Record that a native reader has read the text; refused if it is not the text that was on the page."""
    live = get_site(request).live
    with live.lock_to_record() as snapshot:
        shown = find_letter(request, snapshot)
        shared = snapshot.checked.workspace.shared
        if form.get("seen") != [digest_text(shown.template, shared)]:
            raise ChangedError(f"{shown.name} changed since you saw it. Nothing was recorded.", "Read it again.")
        by = read_name(next(iter(form.get("by", ())), None), "The name")
        if by is None:
            raise UsageError("The name of the reader is missing.", "Type the name of the native reader.")
        write_reading(live.folder, shown.template, shared, by, snapshot.context.today)
    return go_to(shown.path, "read")


@form_handler
def approve(request: Request, form: Form) -> Response:
    """Approve the packets of a recipient; refused if one is not as it was on the page."""
    live = get_site(request).live
    with live.lock_to_record() as snapshot:
        shown = find_letter(request, snapshot)
        waiting = [
            one
            for one in snapshot.requests.get(shown.letter.recipient, ())
            if one.verdict is not ApprovalState.APPROVED and not refuse_hold(one)
        ]
        seen = dict(one.partition(":")[::2] for one in form.get("seen", ()))
        approver = snapshot.approver
        if not waiting:
            raise ChangedError("Nothing is left to approve here.", "Look at the page again.")
        approver.require_seen(waiting, seen, form.get("accepted", ()))
        make_files(live.folder, snapshot.checked, waiting[0].letters)
        approver.record(live.log, waiting, approver.require_built(waiting))
    return go_to(shown.path, "approved")


@form_handler
def take_back(request: Request, form: Form) -> Response:
    """Withdraw an approval of the recipient, with a reason."""
    live = get_site(request).live
    with live.lock_to_record() as snapshot:
        shown = find_letter(request, snapshot)
        requests = snapshot.requests.get(shown.letter.recipient, ())
        events = {str(one.approval.id): one.approval for one in requests if one.approval}
        event = events.get(next(iter(form.get("event", ())), ""))
        if event is None:
            raise ChangedError(
                "This approval changed since you saw it. Nothing was recorded.", "Look at the page again."
            )
        reason = read_reason(next(iter(form.get("because", ())), None))
        record_withdrawal(live.log, snapshot.context, event.id, reason)
    return go_to(shown.path, "taken-back")


def list_routes(at: str) -> tuple[Route, ...]:
    """Return the routes of all forms of the letter at the address ``at``."""
    return (
        Route(f"{at}/read", record_read, methods=["POST"]),
        Route(f"{at}/approve", approve, methods=["POST"]),
        Route(f"{at}/take-back", take_back, methods=["POST"]),
    )
