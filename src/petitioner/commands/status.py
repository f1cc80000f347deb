"""Bare ``petitioner``: the campaign, the days left, where every packet stands, and the next command."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from petitioner.approval.doubts import name_release
from petitioner.approval.requests import Request
from petitioner.approval.verdicts import Verdict, list_approvals
from petitioner.commands.docket import gather_requests
from petitioner.commands.inspection import Scope, inspect_workspace
from petitioner.commands.secretary import set_up_desk
from petitioner.commands.timetable import tell_first_posting
from petitioner.errors import ExitStatus
from petitioner.locales import choose_text
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.attention import find_concerns, is_late
from petitioner.mailing_log.states.packets import GOT_THROUGH, State
from petitioner.mailing_log.states.standings import Standing, belongs, count_states, sum_up, take_stock
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.model.recipient import Channel
from petitioner.production.manifest import locate, read_manifest
from petitioner.terminal import Terminal

_DONE = GOT_THROUGH | {State.CLOSED, State.SKIPPED}
"""The states in which nothing is left to do for a recipient."""


def show_status(terminal: Terminal, folder: Path, campaign: str | None, now: datetime, *, as_json: bool) -> int:
    """Tell where the campaign stands: 0, or 1 when its day is past and somebody has not been written to.

    Raises WorkspaceError when recipients.yaml or campaign.yaml cannot be relied on.
    """
    desk = set_up_desk(folder, campaign, now)
    events = MailingLog.within(folder).read()
    built = len(read_manifest(locate(folder, desk.campaign.id)))
    requests = _list_requests(desk, events) if built or _has_approvals(desk, events) else ()
    standings = _mark_lapsed(take_stock(desk.recipients, desk.campaign, events), requests)
    if as_json:
        terminal.show_json(_describe(desk, standings, requests, built))
    else:
        _show(terminal, desk, standings, requests)
        _show_made(terminal, desk, built, len(find_concerns(standings, desk, events)))
    _say_next(terminal, standings, requests, built)
    return ExitStatus.FAILED if is_late(desk) and _list_open(standings) else ExitStatus.DONE


def _has_approvals(desk: Desk, events: Sequence[Event]) -> bool:
    return bool(list_approvals(event for event in events if belongs(event, desk.campaign)))


def _list_requests(desk: Desk, events: tuple[Event, ...]) -> tuple[Request, ...]:
    """The packets that are to go out, held against their approvals; none while the letters have errors."""
    found = inspect_workspace(Scope(desk.folder, desk.campaign.id, desk.now))
    return () if found.has_errors else gather_requests(found, desk, events)


def _mark_lapsed(standings: Sequence[Standing], requests: Sequence[Request]) -> tuple[Standing, ...]:
    """Standings in which nobody is called approved whose letters have changed since."""
    lapsed = {request.recipient.id for request in requests if request.verdict is Verdict.LAPSED}
    return tuple(
        replace(standing, state=State.LAPSED)
        if standing.state is State.APPROVED and standing.id in lapsed
        else standing
        for standing in standings
    )


def _show(terminal: Terminal, desk: Desk, standings: Sequence[Standing], requests: Sequence[Request]) -> None:
    mailing = desk.campaign
    name = choose_text(mailing.name)
    terminal.show(f"{name}, {mailing.day:%-d %B %Y}", style="bold")
    terminal.show(_tell_days(desk))
    if words := tell_first_posting(desk, standings):
        terminal.show(words)
    terminal.show()
    terminal.show_table(
        ("recipient", "name", "by", "state", ""),
        [(s.id, s.short_name, ", ".join(_list_ways(s)), s.state.value, _remark(s, requests)) for s in standings],
    )
    terminal.show()
    terminal.show(sum_up(standings))


def _remark(standing: Standing, requests: Sequence[Request]) -> str:
    told = {r.key.channel: _tell_approval(r) for r in requests if r.recipient.id == standing.id}
    if len(set(told.values())) > 1:
        told = {way: f"{way}: {words}" for way, words in told.items()}
    return "; ".join(words for words in (standing.remark, *dict.fromkeys(told.values())) if words)


def _tell_approval(request: Request) -> str:
    match request.verdict:
        case Verdict.APPROVED if request.approval:
            return f"approved by {request.approval.by} on {request.approval.happened_on}"
        case Verdict.LAPSED if request.approval:
            return f"changed since it was approved on {request.approval.happened_on}; needs approval"
        case _:
            return "needs approval"


def _show_made(terminal: Terminal, desk: Desk, built: int, concerns: int) -> None:
    terminal.show(f"{built} files in out/{desk.campaign.id}." if built else "Nothing has been built.")
    if concerns:
        terminal.show(f"{concerns} {'thing needs' if concerns == 1 else 'things need'} attention: petitioner log")


def _tell_days(desk: Desk) -> str:
    left = (desk.campaign.day - desk.today).days
    match left:
        case 0:
            return "Today is the day."
        case 1:
            return "1 day is left."
        case -1:
            return "The day was yesterday."
        case _:
            return f"{left} days are left." if left > 0 else f"The day is {-left} days past."


def _list_ways(standing: Standing) -> tuple[str, ...]:
    return tuple(channel.value for channel in standing.record.channels) if standing.record else ()


def _list_open(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    return tuple(standing for standing in standings if standing.open_ways)


def _describe(desk: Desk, standings: Sequence[Standing], requests: Sequence[Request], built: int) -> dict[str, object]:
    approvals: dict[str, dict[str, str]] = {}
    for request in requests:
        approvals.setdefault(request.recipient.id, {})[request.key.channel] = request.verdict.value
    return {
        "campaign": desk.campaign.id,
        "edition": desk.campaign.edition,
        "day": desk.campaign.day.isoformat(),
        "days_left": (desk.campaign.day - desk.today).days,
        "files_built": built,
        "states": {state.value: count for state, count in count_states(standings).items()},
        "recipients": [
            {
                "id": s.id,
                "name": s.name,
                "state": s.state.value,
                "open": list(s.open_ways),
                "approval": approvals.get(s.id, {}),
            }
            for s in standings
        ],
    }


def _say_next(terminal: Terminal, standings: Sequence[Standing], requests: Sequence[Request], built: int) -> None:
    unapproved = [request for request in requests if request.verdict is not Verdict.APPROVED]
    held = [request.recipient.id for request in unapproved if request.recipient.hold]
    if not built:
        terminal.say_next("petitioner build")
    elif len(unapproved) > len(held):
        terminal.say_next("petitioner approve", "it shows each letter once, and asks")
    elif any(request.verdict is Verdict.APPROVED and request.key.channel == Channel.EMAIL for request in requests):
        terminal.say_next("petitioner send", "it says what would go out by e-mail; nothing leaves yet")
    elif held and len(unapproved) == len(requests):
        terminal.say_next(name_release(held[0]), "it is on hold; once that is settled")
    elif _list_open(standings):
        terminal.say_next("petitioner log", "after posting: petitioner log add posted ID… --tracking NUMBER")
    elif any(standing.state not in _DONE for standing in standings):
        terminal.say_next("petitioner log", "not every letter got through")
    else:
        terminal.say_next("petitioner log", "nobody is left to write to")
