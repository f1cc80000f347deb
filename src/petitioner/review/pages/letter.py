"""A letter: its pages beside its words, what changed, who gets which words; reading and approving."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from petitioner.approval.packets import ApprovalRequest, ApprovalState
from petitioner.approval.review import refuse_hold
from petitioner.commands.build import make_files
from petitioner.commands.log_corrections import record_withdrawal
from petitioner.commands.read import write_reading
from petitioner.commands.record_approvals import ChangedError
from petitioner.errors import Problem, UsageError
from petitioner.log.fact_input import read_name, read_reason
from petitioner.log.states.recipient_status import name_in_english
from petitioner.model.letter import Letter, Template
from petitioner.model.recipient import Recipient
from petitioner.review.live import Snapshot
from petitioner.review.pages.page import Form, Page, get_site, go_to, posting, render
from petitioner.review.pictures import find_key, has_pages
from petitioner.review.words import write_blocks
from petitioner.tables.locales import load_locales
from petitioner.templates.readings import digest_text, find_unread, format_text_name

_BESIDE = "beside"
_PICTURE_AGE = 86_400  # seconds: the address of a picture has the hash of what it shows


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter and what belongs to it: its recipient, its text, and its address on the page."""

    letter: Letter
    recipient: Recipient
    template: Template
    path: str

    @property
    def name(self) -> str:
        """``petition.ja``."""
        return format_text_name(self.template)


def show_first(request: Request) -> Response:
    """Go to the first letter that waits for an approval, or else to the first one."""
    snapshot = get_site(request).live.snapshot
    waiting = [one.recipient.id for one in snapshot.state.requests or () if one.verdict is not ApprovalState.APPROVED]
    names = sorted(snapshot.letters, key=lambda name: name[0] not in waiting[:1])
    if not names:
        return render(request, "no_letters.html", {"title": "Letters", "problems": snapshot.checked.problems})
    return RedirectResponse(_make_path(*names[0]), HTTPStatus.SEE_OTHER)


def show_letter(request: Request) -> Response:
    """Show the page of a letter; ``?beside=en`` shows the same letter in another language beside it."""
    site = get_site(request)
    snapshot = site.live.snapshot
    shown = _find_letter(request, snapshot)
    letter = shown.letter
    versions = [one for one in snapshot.letters.values() if one.recipient == letter.recipient]
    wanted = request.query_params.get(_BESIDE)
    beside = next((one for one in versions if one.stem == letter.stem and one.language == wanted), None)
    people = list(dict.fromkeys(who for who, stem, tag in snapshot.letters if (stem, tag) == _get_text(letter)))
    place = people.index(letter.recipient)
    values = {
        "title": f"{shown.name} to {letter.recipient}",
        "shown": shown,
        "addressee": name_in_english(shown.recipient),
        "previous": _make_path(people[place - 1], *_get_text(letter)) if place else "",
        "following": _make_path(people[place + 1], *_get_text(letter)) if people[place + 1 :] else "",
        "place": f"{place + 1} of {len(people)}",
        "people": [(one, _make_path(one, *_get_text(letter))) for one in people],
        "versions": [(one, _make_path(one.recipient, *_get_text(one))) for one in versions],
        "beside": beside,
        "beside_choices": [one.language for one in versions if one.stem == letter.stem and one is not letter],
        "directions": {tag: locale.direction.value for tag, locale in load_locales().items()},
        "write": write_blocks,
        "picture": _find_picture(snapshot, shown),
        "findings": _find_problems(snapshot, shown),
        "reading": _describe_reading(snapshot, shown),
        "packets": [_describe_packet(snapshot, one) for one in snapshot.requests.get(letter.recipient, ())],
    }
    return render(request, "letter.html", values)


def show_picture(request: Request) -> Response:
    """Answer with the pages of a letter; the address has the hash of what they are made from."""
    site = get_site(request)
    snapshot = site.live.snapshot
    shown = _find_letter(request, snapshot)
    if not has_pages(shown.letter) or request.path_params["key"] != find_key(snapshot, shown.letter):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    headers = {"cache-control": f"private, max-age={_PICTURE_AGE}, immutable"}
    return Response(site.pictures.draw(snapshot, shown.letter), media_type="image/png", headers=headers)


@posting
def record_read(request: Request, form: Form) -> Response:
    """Record that a native reader has read the text; refused if it is not the text that was on the page."""
    live = get_site(request).live
    with live.changing() as snapshot:
        shown = _find_letter(request, snapshot)
        shared = snapshot.checked.workspace.shared
        if form.get("seen") != [digest_text(shown.template, shared)]:
            raise ChangedError(f"{shown.name} changed since you saw it. Nothing was recorded.", "Read it again.")
        by = read_name(next(iter(form.get("by", ())), None), "The name")
        if by is None:
            raise UsageError("Nobody is named who has read it.", "Type the name of the native reader.")
        write_reading(live.folder, shown.template, shared, by, snapshot.context.today)
    return go_to(shown.path, "read")


@posting
def approve(request: Request, form: Form) -> Response:
    """Approve the packets of a recipient; refused if one is not as it was on the page."""
    live = get_site(request).live
    with live.changing() as snapshot:
        shown = _find_letter(request, snapshot)
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


@posting
def take_back(request: Request, form: Form) -> Response:
    """Withdraw an approval of the recipient, with a reason."""
    live = get_site(request).live
    with live.changing() as snapshot:
        shown = _find_letter(request, snapshot)
        requests = snapshot.requests.get(shown.letter.recipient, ())
        events = {str(one.approval.id): one.approval for one in requests if one.approval}
        event = events.get(next(iter(form.get("event", ())), ""))
        if event is None:
            raise ChangedError("This approval is not the last one any more.", "Look at the page again.")
        reason = read_reason(next(iter(form.get("because", ())), None))
        record_withdrawal(live.log, snapshot.context, event.id, reason)
    return go_to(shown.path, "taken-back")


def _find_letter(request: Request, snapshot: Snapshot) -> ShownLetter:
    """Return the letter that the address names. Only names of letters in memory are found; no path is made of them."""
    stem, _, language = request.path_params["text"].partition(".")
    name = request.path_params["recipient"], stem, language
    letter = snapshot.letters.get(name)
    if letter is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    workspace = snapshot.checked.workspace
    recipient = next(one for one in workspace.recipients if one.id == letter.recipient)
    return ShownLetter(letter, recipient, workspace.templates[_get_text(letter)], _make_path(*name))


def _get_text(letter: Letter) -> tuple[str, str]:
    return letter.stem, letter.language


def _make_path(recipient: str, stem: str, language: str) -> str:
    return f"/letters/{recipient}/{stem}.{language}"


def _find_picture(snapshot: Snapshot, shown: ShownLetter) -> str:
    return f"{shown.path}/pages/{find_key(snapshot, shown.letter)}.png" if has_pages(shown.letter) else ""


def _find_problems(snapshot: Snapshot, shown: ShownLetter) -> list[Problem]:
    """Return the problems of the text of a letter, and of its recipient."""
    origin = shown.recipient.origin
    later = [one.origin.line for one in snapshot.checked.workspace.recipients if one.origin.line > origin.line]
    end = min(later, default=None)

    def belongs(problem: Problem) -> bool:
        is_own = problem.path == origin.path and origin.line <= problem.line and (end is None or problem.line < end)
        return is_own or problem.path == shown.template.origin.path

    return [problem for problem in snapshot.checked.problems if belongs(problem)]


def _describe_reading(snapshot: Snapshot, shown: ShownLetter) -> dict[str, object]:
    """Return whether a native reader has read the text, and the digest of the text that is on the page."""
    shared, reading = snapshot.checked.workspace.shared, shown.template.front.read_by
    unread = next(iter(find_unread([shown.template], shared)), None)
    return {
        "reason": unread.reason if unread else "",
        "by": reading.name if reading else "",
        "on": reading.date if reading else "",
        "digest": digest_text(shown.template, shared),
    }


def _describe_packet(snapshot: Snapshot, request: ApprovalRequest) -> dict[str, object]:
    """Return the state of a packet's approval, what forbids it, and the doubts that a person must accept."""
    hold = refuse_hold(request)
    waits = request.verdict is not ApprovalState.APPROVED and not hold
    return {
        "request": request,
        "hold": hold,
        "waits": waits,
        "doubts": [one.reason for one in snapshot.approver.find_doubts(request)] if waits else [],
    }


_AT = "/letters/{recipient}/{text}"
PAGE = Page(
    (
        Route("/letters", show_first),
        Route(_AT, show_letter),
        Route(f"{_AT}/pages/{{key}}.png", show_picture),
        Route(f"{_AT}/read", record_read, methods=["POST"]),
        Route(f"{_AT}/approve", approve, methods=["POST"]),
        Route(f"{_AT}/take-back", take_back, methods=["POST"]),
    ),
    "Letters",
    "/letters",
    "l",
)
