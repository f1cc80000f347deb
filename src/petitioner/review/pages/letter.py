"""A letter: its pages beside its text, what changed, and what differs between the recipients."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from petitioner.approval.approvals import ApprovalState
from petitioner.approval.packets import ApprovalRequest, Change
from petitioner.approval.review import refuse_hold
from petitioner.commands.record_approvals import find_changes
from petitioner.errors import PetitionerError, Problem
from petitioner.inputs.folder import UnreadableError, read_file
from petitioner.log.states.recipient_status import name_in_english
from petitioner.log.storage.store import MailingLog
from petitioner.model.letter import Letter, LocalizedLine
from petitioner.review.comparison import list_text_changes
from petitioner.review.live import Snapshot
from petitioner.review.pages.decisions import list_routes
from petitioner.review.pages.page import Page, Site, get_site, render
from petitioner.review.pages.shown_letter import ShownLetter, find_letter, get_text, make_path
from petitioner.review.pictures import find_key, has_pages
from petitioner.review.words import write_blocks
from petitioner.tables.locales import load_locales
from petitioner.templates.readings import digest_text, find_unread

_BESIDE = "beside"
_PICTURE_AGE = 86_400  # seconds: the address of a picture has the hash of what it shows


def show_first(request: Request) -> Response:
    """Go to the first letter that waits for an approval, or else to the first one."""
    snapshot = get_site(request).live.snapshot
    waiting = [one.recipient.id for one in snapshot.state.requests or () if one.verdict is not ApprovalState.APPROVED]
    names = sorted(snapshot.letters, key=lambda name: name[0] not in waiting[:1])
    if not names:
        return render(request, "no_letters.html", {"title": "Letters", "problems": snapshot.checked.problems})
    return RedirectResponse(make_path(*names[0]), HTTPStatus.SEE_OTHER)


def show_letter(request: Request) -> Response:
    """Show the page of a letter; ``?beside=en`` shows the same letter in another language beside it."""
    site = get_site(request)
    snapshot = site.live.snapshot
    shown = find_letter(request, snapshot)
    letter = shown.letter
    site.live.shown = letter.recipient
    versions = [one for one in snapshot.letters.values() if one.recipient == letter.recipient]
    wanted = request.query_params.get(_BESIDE)
    beside = next((one for one in versions if one.stem == letter.stem and one.language == wanted), None)
    same_text = [one for one in snapshot.letters.values() if get_text(one) == get_text(letter)]
    people = [one.recipient for one in same_text]
    place = people.index(letter.recipient)
    values = {
        "title": f"{shown.name} to {letter.recipient}",
        "shown": shown,
        "addressee": name_in_english(shown.recipient),
        "previous": make_path(people[place - 1], *get_text(letter)) if place else "",
        "following": make_path(people[place + 1], *get_text(letter)) if people[place + 1 :] else "",
        "place": f"{place + 1} of {len(people)}",
        "people": [(one, make_path(one, *get_text(letter))) for one in people],
        "versions": [(one, make_path(one.recipient, *get_text(one))) for one in versions],
        "beside": beside,
        "beside_choices": [one.language for one in versions if one.stem == letter.stem and one is not letter],
        "directions": {tag: locale.direction.value for tag, locale in load_locales().items()},
        "write": write_blocks,
        "changes": list(list_text_changes(snapshot.checked.workspace, shown.template)),
        "approval_changes": list(_list_approval_changes(site.live.log, snapshot, letter.recipient)),
        "table": snapshot.get_table(*get_text(letter)),
        "addresses": _list_own_lines(same_text),
        "source": _read_source(snapshot, shown),
        "picture": _find_picture(snapshot, shown),
        "findings": _find_problems(snapshot, shown),
        "reading": _describe_reading(snapshot, shown),
        **_describe_packets(snapshot, letter.recipient),
    }
    answer = render(request, "letter.html", values)
    answer.background = BackgroundTask(_draw_next, site, snapshot, same_text[place + 1 : place + 2])
    return answer


def _draw_next(site: Site, snapshot: Snapshot, letters: Sequence[Letter]) -> None:
    """Draw the letter that a person will see next, unless another thread has the lock."""
    for letter in letters:
        if has_pages(letter) and site.live.lock.acquire(blocking=False):
            try:
                with suppress(PetitionerError):  # shown when its turn comes
                    site.pictures.draw(snapshot, letter)
            finally:
                site.live.lock.release()


def show_picture(request: Request) -> Response:
    """Answer with the pages of a letter; the address has the hash of what they are made from."""
    site = get_site(request)
    snapshot = site.live.snapshot
    shown = find_letter(request, snapshot)
    if not has_pages(shown.letter) or request.path_params["key"] != find_key(snapshot, shown.letter):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    headers = {"cache-control": f"private, max-age={_PICTURE_AGE}, immutable"}
    return Response(site.pictures.draw(snapshot, shown.letter), media_type="image/png", headers=headers)


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


def _list_own_lines(letters: Sequence[Letter]) -> dict[str, list[LocalizedLine]]:
    """Return the lines of each recipient's address that not all others have too."""
    shared = set.intersection(*({line.text for line in one.address.lines} for one in letters))
    shared = shared if letters[1:] else set()
    return {one.recipient: [line for line in one.address.lines if line.text not in shared] for one in letters}


def _list_approval_changes(
    log: MailingLog, snapshot: Snapshot, recipient: str
) -> Iterator[tuple[ApprovalRequest, tuple[Change, ...]]]:
    """Yield each packet that changed after its approval, and what changed."""
    for request in snapshot.requests.get(recipient, ()):
        if request.verdict is ApprovalState.LAPSED:
            yield request, find_changes(request, log)


def _read_source(snapshot: Snapshot, shown: ShownLetter) -> list[tuple[int, str, list[Problem]]]:
    """Return the lines of a text's file with their numbers and problems."""
    path = shown.template.origin.path
    try:
        lines = read_file(snapshot.context.folder, path).decode("utf-8-sig").splitlines()
    except (UnreadableError, UnicodeDecodeError):  # it changed just now; the page is renewed soon
        return []
    own = [problem for problem in snapshot.checked.problems if problem.path == path]
    return [(n, line, [one for one in own if one.line == n]) for n, line in enumerate(lines, start=1)]


def _describe_packets(snapshot: Snapshot, recipient: str) -> dict[str, object]:
    """Return the packets of a recipient, what the button approves, and the name under which it is recorded."""
    packets = [_describe_packet(snapshot, one) for one in snapshot.requests.get(recipient, ())]
    waiting = (one["request"] for one in packets if one["waits"])
    return {"packets": packets, "approved_by_button": _format_waiting(waiting), "author": snapshot.context.by}


def _format_waiting(requests: Iterable[ApprovalRequest]) -> str:
    """Return what one button approves: ``petition.ja, petition.en (by post and hand)``."""
    channels: dict[str, list[str]] = {}
    for request in requests:
        names = ", ".join(".".join(get_text(one)) for one in request.papers)
        channels.setdefault(names, []).append(request.key.channel)
    return "; ".join(f"{names} (by {' and '.join(ways)})" for names, ways in channels.items())


def _describe_packet(snapshot: Snapshot, request: ApprovalRequest) -> dict[str, Any]:
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
        *list_routes(_AT),
    ),
    "Letters",
    "/letters",
    "l",
)
