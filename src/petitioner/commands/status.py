"""Bare ``petitioner``: the campaign, the days left, where every packet stands, and the next command."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from petitioner.commands.secretary import set_up_desk
from petitioner.errors import ExitStatus
from petitioner.mailing_log.attention import find_concerns, is_late
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.standings import Standing, count_states, sum_up, take_stock
from petitioner.mailing_log.store import MailingLog
from petitioner.production.manifest import locate, read_manifest
from petitioner.terminal import Terminal


def show_status(terminal: Terminal, folder: Path, campaign: str | None, now: datetime, *, as_json: bool) -> int:
    """Tell where the campaign stands: 0, or 1 when its day is past and somebody has not been written to.

    Raises WorkspaceError when recipients.yaml or campaign.yaml cannot be relied on.
    """
    desk = set_up_desk(folder, campaign, now)
    standings = take_stock(desk.recipients, desk.campaign, MailingLog.within(folder).read())
    built = len(read_manifest(locate(folder, desk.campaign.id)))
    if as_json:
        terminal.show_json(_describe(desk, standings, built))
    else:
        _show(terminal, desk, standings, built)
    _say_next(terminal, standings, built)
    return ExitStatus.FAILED if is_late(desk) and _list_open(standings) else ExitStatus.DONE


def _show(terminal: Terminal, desk: Desk, standings: Sequence[Standing], built: int) -> None:
    mailing = desk.campaign
    name = mailing.name.get("en") or next(iter(mailing.name.values()))
    terminal.show(f"{name}, {mailing.day:%-d %B %Y}", style="bold")
    terminal.show(_tell_days(desk))
    terminal.show()
    terminal.show_table(
        ("recipient", "name", "by", "state", ""),
        [(s.id, s.short_name, ", ".join(_list_ways(s)), s.state.value, s.remark) for s in standings],
    )
    terminal.show()
    terminal.show(sum_up(standings))
    terminal.show(f"{built} files in out/{mailing.id}." if built else "Nothing has been built.")
    concerns = len(find_concerns(standings, desk))
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


def _describe(desk: Desk, standings: Sequence[Standing], built: int) -> dict[str, object]:
    return {
        "campaign": desk.campaign.id,
        "edition": desk.campaign.edition,
        "day": desk.campaign.day.isoformat(),
        "days_left": (desk.campaign.day - desk.today).days,
        "files_built": built,
        "states": {state.value: count for state, count in count_states(standings).items()},
        "recipients": [
            {"id": s.id, "name": s.name, "state": s.state.value, "open": list(s.open_ways)} for s in standings
        ],
    }


def _say_next(terminal: Terminal, standings: Sequence[Standing], built: int) -> None:
    if not built:
        terminal.say_next("petitioner build")
    elif _list_open(standings):
        terminal.say_next("petitioner log", "after posting: petitioner log add posted ID… --tracking NUMBER")
    else:
        terminal.say_next("petitioner log", "everybody has been written to")
