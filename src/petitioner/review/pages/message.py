"""A message: the e-mail as `petitioner send` makes it, or as it was sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http import HTTPStatus
from shlex import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from petitioner.commands.prepare_send import make_job, make_settings
from petitioner.commands.runs import MAIL_CHANNELS, plan_packets
from petitioner.delivery.plan import Plan, SkippedPacket
from petitioner.errors import PetitionerError
from petitioner.inputs.settings import locate_settings
from petitioner.log.events import Event
from petitioner.log.states.recipient_status import ChannelStatus
from petitioner.mail.accounts import choose_account, read_accounts
from petitioner.mail.outgoing import MESSAGE_ROLE
from petitioner.model.recipient import Channel
from petitioner.review.downloads import answer_file
from petitioner.review.live import LiveWorkspace, OncePerSnapshot, Snapshot
from petitioner.review.pages.page import Page, get_site, render

_AT = "/messages/{recipient}"
_MEGABYTE = 1_000_000
_ACCOUNT, _DOCX = "account", "docx"

# The HTML of a message is shown as a mailbox would show it, but without scripts, links, or anything from elsewhere.
_FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file attached to a message."""

    name: str
    media_type: str
    content: bytes

    @property
    def size(self) -> str:
        """The size for a person: ``123 kB``."""
        return _format_size(self.content)


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message, read from its bytes; ``event`` is the entry that has it, or None if it is still to be sent."""

    content: bytes
    headers: Sequence[tuple[str, str]]
    text: str
    html: str
    files: Sequence[MessageFile]
    addresses: Sequence[str] = ()
    event: Event | None = None

    @property
    def language(self) -> str:
        """The language of the covering note."""
        return next((value for name, value in self.headers if name.lower() == "content-language"), "")

    @property
    def size(self) -> str:
        """The size of the whole message for a person."""
        return _format_size(self.content)


def _format_size(content: bytes) -> str:
    size = len(content)
    return f"{size / _MEGABYTE:.1f} MB" if size >= _MEGABYTE else f"{-(-size // 1000)} kB"


def read_message(content: bytes, addresses: Sequence[str] = (), event: Event | None = None) -> ShownMessage:
    """Read the bytes of an e-mail as a mail program would."""
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy makes no other
    files = tuple(
        MessageFile(part.get_filename() or "", part.get_content_type(), part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
        for part in mail.iter_attachments()
    )
    headers = tuple((name, str(value)) for name, value in mail.items())
    return ShownMessage(content, headers, _read_body(mail, "plain"), _read_body(mail, "html"), files, addresses, event)


def _read_body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def _plan_mail(live: LiveWorkspace, snapshot: Snapshot) -> Plan:
    """Plan all e-mail that goes out now, as `send` does."""
    requests = [one for own in snapshot.requests.values() for one in own]
    return plan_packets(snapshot.context, live.log, snapshot.events, requests, snapshot.statuses, MAIL_CHANNELS)


_PLAN = OncePerSnapshot(_plan_mail)


def show_first(request: Request) -> Response:
    """Go to the first message that is still to be sent, or else to the first one."""
    live = get_site(request).live
    snapshot = live.snapshot
    planned = [one.packet.key.recipient for one in _PLAN.get(live, snapshot).planned]
    people = _list_people(snapshot)
    if not people:
        return render(request, "message.html", {"title": "Messages", "recipient": None, "people": ()})
    first = next((one for one in people if one in planned), next(iter(people)))
    return RedirectResponse(f"/messages/{first}", HTTPStatus.SEE_OTHER)


def show_message(request: Request) -> Response:
    """Show the message to a recipient, or why there is none."""
    site = get_site(request)
    snapshot = site.live.snapshot
    people = _list_people(snapshot)
    recipient = _find_recipient(request, people)
    names = list(people)
    place = names.index(recipient)
    message, refusal = _find_message(request, site.live, snapshot, recipient)
    query = f"?{request.url.query}" if request.url.query else ""
    values = {
        "title": f"Message to {recipient}",
        "recipient": recipient,
        "people": people,
        "status": people[recipient],
        "message": message,
        "refusal": refusal,
        "accounts": _list_accounts(),
        "account": request.query_params.get(_ACCOUNT, ""),
        "docx": _DOCX in request.query_params,
        "query": query,
        "options": _format_options(request, recipient),
        "previous": f"/messages/{names[place - 1]}{query}" if place else "",
        "following": f"/messages/{names[place + 1]}{query}" if names[place + 1 :] else "",
        "place": f"{place + 1} of {len(names)}",
    }
    return render(request, "message.html", values)


def show_html(request: Request) -> Response:
    """Answer with the HTML of a message for a frame that runs nothing and loads nothing."""
    headers = {"content-security-policy": _FRAME_POLICY}
    return Response(_require_message(request).html, media_type="text/html; charset=utf-8", headers=headers)


def download_whole(request: Request) -> Response:
    """Answer with the message as a file."""
    name = f"{request.path_params['recipient']}.eml"
    return answer_file(_require_message(request).content, name, "message/rfc822")


def download_file(request: Request) -> Response:
    """Answer with an attached file, by its number."""
    files = _require_message(request).files
    number = request.path_params["number"]
    if not 1 <= number <= len(files):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    file = files[number - 1]
    return answer_file(file.content, file.name, file.media_type)


def _list_people(snapshot: Snapshot) -> Mapping[str, ChannelStatus]:
    """Map the recipients that get e-mail to the states of their packets by e-mail."""
    by_mail = (one for one in snapshot.state.channels if one.channel == Channel.EMAIL)
    return {one.status.id: one for one in by_mail}


def _find_recipient(request: Request, people: Mapping[str, ChannelStatus]) -> str:
    recipient = str(request.path_params["recipient"])
    if recipient not in people:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return recipient


def _require_message(request: Request) -> ShownMessage:
    live = get_site(request).live
    snapshot = live.snapshot
    message, _ = _find_message(request, live, snapshot, _find_recipient(request, _list_people(snapshot)))
    if message is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return message


def _find_message(
    request: Request, live: LiveWorkspace, snapshot: Snapshot, recipient: str
) -> tuple[ShownMessage | None, tuple[str, str]]:
    """Return the message to a recipient, and why it cannot leave now, with a hint."""
    try:
        plan = _PLAN.get(live, snapshot)
        planned = next((one for one in plan.planned if one.packet.key.recipient == recipient), None)
        if planned:
            account = choose_account(read_accounts(locate_settings()), request.query_params.get(_ACCOUNT))
            formats = ("pdf", "docx") if _DOCX in request.query_params else ("pdf",)
            job = make_job(planned, make_settings(account, formats, snapshot.context, live.log))
            if isinstance(job, SkippedPacket):
                return None, (job.reason, job.hint)
            return read_message(job.outgoing.content, job.outgoing.recipients), ("", "")
    except PetitionerError as error:
        return None, (str(error).removesuffix("."), error.hint)
    skipped = next((one for one in plan.skipped if one.id == recipient), None)
    refusal = (skipped.reason, skipped.hint) if skipped else ("the letters have errors", "petitioner check")
    return next(_list_sent(live, snapshot, recipient), None), refusal


def _list_sent(live: LiveWorkspace, snapshot: Snapshot, recipient: str) -> Iterator[ShownMessage]:
    """Yield the messages to a recipient in this campaign that the log keeps, the last one first."""
    packets = (one.packet for one in snapshot.state.channels if one.status.id == recipient and one.packet)
    events = [event for packet in packets for event in packet.events if packet.key.channel == Channel.EMAIL]
    for event in sorted(events, key=lambda one: one.id, reverse=True):
        for document in event.documents:
            if document.role == MESSAGE_ROLE and (content := live.log.read_blob(document.sha256)):
                yield read_message(content, event.destination.splitlines(), event)


def _list_accounts() -> list[str]:
    try:
        return [account.name for account in read_accounts(locate_settings())]
    except PetitionerError:
        return []


def _format_options(request: Request, recipient: str) -> str:
    """Return the options of `send` for the message that is shown."""
    account = request.query_params.get(_ACCOUNT)
    chosen = f" --account {quote(account)}" if account and account in _list_accounts() else ""
    docx = " --docx" if _DOCX in request.query_params else ""
    return f" --only {recipient}{chosen}{docx}"


PAGE = Page(
    (
        Route("/messages", show_first),
        Route(_AT, show_message),
        Route(f"{_AT}/message.html", show_html),
        Route(f"{_AT}/message.eml", download_whole),
        Route(f"{_AT}/files/{{number:int}}", download_file),
    ),
    "Messages",
    "/messages",
    "m",
    _PLAN.get,
)
