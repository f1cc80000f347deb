"""How old what we know is: confirmations and sources, which never lie in the future."""

from collections.abc import Iterator
from datetime import date, timedelta

from petitioner.checks.records.entries import Entry
from petitioner.errors import Problem
from petitioner.model.recipient import CONFIRMED_FOR, Recipient
from petitioner.workspace import Workspace

# Younger sources are no matter of warning: approval asks about each address that nobody confirmed (P103), so that a
# warning for all of them would only be accepted. A page of this age is older than the websites of most missions.
_SOURCE_LASTS = 15  # years
_TOMORROW = timedelta(days=1)  # somewhere it already is: a person may write from another time zone
_ASK = "Ask the mission by telephone, then run: petitioner recipients verify {id}"


def check_provenance(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Dates of confirmations and sources that lie in the future, or so far back that they say little."""
    for who in workspace.written_to:
        entry = Entry(who.id, who, who.origin)
        yield from _check_future(entry, who, today)
        if workspace.campaign:
            yield from _check_age(entry, who, workspace.campaign.day)
            yield from _check_head(entry, who, workspace.campaign.day)


def _check_future(entry: Entry, who: Recipient, today: date) -> Iterator[Problem]:
    confirmed = who.head.confirmed if who.head else None
    dates = {("verified",): who.verified, ("as_of",): _begin(who.as_of), ("head", "confirmed"): confirmed}
    for way, day in dates.items():
        if day and day > today + _TOMORROW:
            written = who.as_of if way == ("as_of",) else day
            message = f"'{'.'.join(way)}' is {written}, and today is {today}"
            yield entry.blame(way, "R315", message, "Write the day on which somebody looked or asked.")


def _check_age(entry: Entry, who: Recipient, day: date) -> Iterator[Problem]:
    read = _begin(who.as_of)
    if who.verified and who.verified < day - CONFIRMED_FOR:
        message = f"{who.id} was confirmed on {who.verified}, more than twelve months before {day}"
        yield entry.blame(("verified",), "R329", message, _ASK.format(id=who.id))
    elif not who.verified and read and read.year < day.year - _SOURCE_LASTS:
        message = f"nobody confirmed {who.id}, and its source is of {who.as_of}, more than {_SOURCE_LASTS} years old"
        yield entry.blame(("as_of",), "R329", message, _ASK.format(id=who.id))


def _check_head(entry: Entry, who: Recipient, day: date) -> Iterator[Problem]:
    """A name is printed only while somebody has confirmed it lately; whoever wrote it down should know."""
    if who.head and not who.head.is_confirmed_on(day):
        confirmed = who.head.confirmed
        said = f"was confirmed on {confirmed}" if confirmed else "was never confirmed"
        message = f"the name of the head {said}, so the letters for {day} go to the office alone"
        hint = "Ask the mission by telephone, and write the day of the call after 'confirmed:'."
        yield entry.blame(("head", "confirmed"), "R309", message, hint)


def _begin(partial: str | None) -> date | None:
    """The first day of a year, a month or a day."""
    return date.fromisoformat((partial + "-01-01")[:10]) if partial else None
