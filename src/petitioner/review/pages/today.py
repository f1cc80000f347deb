"""Today: what needs attention, the next steps, and the state of every packet."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from petitioner.approval.approvals import ApprovalState
from petitioner.commands.next_steps import list_steps
from petitioner.commands.status import format_approval, format_days
from petitioner.errors import rank_problem
from petitioner.log.states.packets import State
from petitioner.log.states.recipient_status import ChannelStatus, count_by_channel
from petitioner.model.types import choose_text
from petitioner.review.live import Snapshot
from petitioner.review.pages.page import Page, get_site, render
from petitioner.templates.readings import find_unread, format_text_name, list_used_texts

_MOST_PROBLEMS = 50
_HERE = ("petitioner build", "petitioner approve")
"""The commands that are not needed after an approval on the page, which makes the files first."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command to run next, and why; ``link`` is the page that does the same, or empty."""

    command: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text, whether a native reader has read it, and the first letter that has it."""

    name: str
    path: str
    remark: str
    is_read: bool
    link: str


@dataclass(frozen=True, slots=True)
class PacketRow:
    """One packet in the table of all packets."""

    status: ChannelStatus
    approval: str
    remark: str
    link: str


def show_today(request: Request) -> Response:
    """Show the overview of the campaign."""
    snapshot = get_site(request).live.snapshot
    campaign = snapshot.context.campaign
    values = {
        "title": "Today",
        "campaign": choose_text(campaign.name),
        "day": f"{campaign.day:%-d %B %Y}",
        "days": format_days(snapshot.context),
        "location": snapshot.location_problem,
        "steps": list(_list_steps(snapshot)),
        "concerns": snapshot.state.concerns,
        "problems": sorted(snapshot.checked.problems, key=rank_problem)[:_MOST_PROBLEMS],
        "problem_count": len(snapshot.checked.problems),
        "texts": (texts := list(_list_texts(snapshot))),
        "links": {text.path: text.link for text in texts if text.link},
        "counts": count_by_channel(snapshot.state.channels),
        "packets": list(_list_packets(snapshot)),
    }
    return render(request, "today.html", values)


def find_letter_link(snapshot: Snapshot, recipient: str) -> str:
    """Return the address of the first letter of a recipient; empty without any."""
    names = (name for name in snapshot.letters if name[0] == recipient)
    return next((f"/letters/{who}/{stem}.{tag}" for who, stem, tag in names), "")


def _list_steps(snapshot: Snapshot) -> Iterator[Step]:
    if problem := snapshot.location_problem:
        yield Step(*problem.step, "")
    waiting = (one for one in snapshot.state.requests or () if one.verdict is not ApprovalState.APPROVED)
    first = next((one.recipient.id for one in waiting if not one.recipient.hold), "")
    is_linked = False
    for command, why in list_steps(snapshot.state):
        link = find_letter_link(snapshot, first) if command in _HERE else ""
        if not (link and is_linked):
            yield Step(command, why, link)
        is_linked = is_linked or bool(link)


def _list_texts(snapshot: Snapshot) -> Iterator[TextRow]:
    workspace = snapshot.checked.workspace
    texts = list_used_texts(workspace)
    reasons = {one.template.origin.path: one.reason for one in find_unread(texts, workspace.shared)}
    for text in texts:
        reading, reason = text.front.read_by, reasons.get(text.origin.path, "")
        found = (name for name in snapshot.letters if name[1:] == (text.stem, text.language))
        link = next((f"/letters/{who}/{stem}.{tag}" for who, stem, tag in found), "")
        remark = (reason or f"{reading.name} read it on {reading.date}") if reading else ""
        yield TextRow(format_text_name(text), text.origin.path, remark, not reason, link)


def _list_packets(snapshot: Snapshot) -> Iterator[PacketRow]:
    requests = {(one.recipient.id, one.key.channel): one for one in snapshot.state.requests or ()}
    links: dict[str, str] = {}
    for who, stem, tag in snapshot.letters:
        links.setdefault(who, f"/letters/{who}/{stem}.{tag}")
    for channel in snapshot.state.channels:
        request = requests.get((channel.status.id, channel.channel))
        remarks = (f"by {channel.replaced_by}" if channel.replaced_by else "", channel.status.hold_reason)
        is_printed = channel.state is State.PRINTED
        verdict = format_approval(request, is_printed=is_printed) if request else ""
        remark = "; ".join(filter(None, remarks))
        yield PacketRow(channel, verdict, remark, links.get(channel.status.id, ""))


PAGE = Page((Route("/", show_today),), "Today", "/", "t")
