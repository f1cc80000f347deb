"""Find the campaign that an answer is about: the last one that was sent, although a later one has begun."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote

from petitioner.errors import UsageError
from petitioner.inputs.folder import list_campaigns
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.fact_input import FactInput
from petitioner.log.kinds import LEAVING, Kind
from petitioner.log.states.event_text import find_history
from petitioner.log.states.packets import effective_events
from petitioner.log.states.recipient_status import is_current
from petitioner.terminal import Terminal


def find_answered_folder(id_: str, context: LogContext, events: Iterable[Event]) -> str:
    """Return the folder below ``letters/`` of the earlier campaign that an answer of a recipient is about.

    It is the last one of which something was sent. Empty if something of the present one was sent, if that one was
    named, or if the folder is gone.
    """
    history = find_history(id_, context, events)
    if context.is_chosen or history.sendings:
        return ""
    present = context.campaign.id, context.campaign.edition
    sent = {(one.campaign, one.edition) for one in effective_events(history.remembered) if one.kind in LEAVING}
    year, edition = max((mailing for mailing in sent if mailing < present), default=("", 1))
    known = list_campaigns(context.folder) if year else ()
    return next((name for name in (f"{year}-{edition}", year) if name in known), "")


def find_other_year(id_: str, context: LogContext, events: Iterable[Event]) -> str:
    """Return what ``find_answered_folder`` returns if it is of another year than the present campaign, else empty."""
    name = find_answered_folder(id_, context, events)
    return "" if name.partition("-")[0] == context.campaign.id else name


def refuse_other_years(
    typed: FactInput, context: LogContext, events: Sequence[Event], files: Iterable[Path], *, public: bool
) -> None:
    """Raise ``UsageError`` for recipients that got nothing of this campaign but something of an earlier year.

    The hint repeats what was ``typed``, with the campaign that is meant.
    """
    others = {id_: name for id_ in typed.ids if (name := find_other_year(id_, context, events))}
    if not others:
        return
    unsent = f"Nothing of {context.campaign.folder} was sent to"
    faults = [f"{unsent} {id_}; the last letter to it is of {name}." for id_, name in others.items()]
    options = " ".join(_list_options(typed, files, public=public))
    rest = [id_ for id_ in typed.ids if id_ not in others]
    lines = [
        f"If this is about {name}: {_format_command(typed.fact, ids, options, name)}"
        for name, ids in _group_by_name(others).items()
    ]
    lines += [f"For the others: {_format_command(typed.fact, rest, options)}"] if rest else []
    raise UsageError("\n".join((*faults, "Nothing was recorded.")), "\n".join(lines))


def _group_by_name(others: Mapping[str, str]) -> Mapping[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for id_, name in others.items():
        groups.setdefault(name, []).append(id_)
    return groups


def _format_command(fact: str, ids: Iterable[str], options: str, campaign: str = "") -> str:
    of_campaign = f" --campaign {campaign}" if campaign else ""
    return f"petitioner{of_campaign} log add {fact} {' '.join(ids)} {options}".rstrip()


def _list_options(typed: FactInput, files: Iterable[Path], *, public: bool) -> Iterator[str]:
    """List the options of a fact that came back, as they were typed."""
    words = {"on": typed.on, "tracking": typed.tracking, "channel": typed.channel, "note": typed.note, "by": typed.by}
    yield from (f"--{name} {quote(word)}" for name, word in words.items() if word is not None)
    yield from (f"--file {quote(str(path))}" for path in files)
    yield from (f"--{name}" for name, is_given in {"public": public, "yes": typed.yes}.items() if is_given)


def report_other_edition(terminal: Terminal, context: LogContext, recorded: Iterable[Event]) -> None:
    """Report which answers are about an earlier edition than the present one, and who still gets a letter of this."""
    earlier = [one for one in recorded if not is_current(one, context.campaign)]
    if not earlier:
        return
    ids = ", ".join(dict.fromkeys(one.recipient for one in earlier))
    terminal.say(f"Note: {ids}: recorded in the last edition that was sent, not in the present one.", style="yellow")
    answered = {one.recipient for one in earlier if one.kind is Kind.REPLIED}
    for record in context.recipients:
        if record.id in answered and record.is_written_to:
            terminal.say(
                f"    {record.id} still gets the letter of edition {context.campaign.edition}. If it should not, "
                f"remove its line below 'recipients:' in {context.campaign.origin.path}.",
                style="yellow",
            )
