"""``petitioner rollover``: begin the next campaign as a copy of the last."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from petitioner.commands.calls import list_calls, serialize_outcomes, show_outcomes
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, load_and_check
from petitioner.commands.log_context import open_log, read_log, read_log_context
from petitioner.commands.reports import count_problems, serialize_problem
from petitioner.errors import ExitStatus, PetitionerError, UsageError, advise_writing
from petitioner.files import create_folder
from petitioner.inputs import campaigns
from petitioner.inputs.days import SuggestedDay, suggest_day
from petitioner.inputs.folder import LETTERS, UnreadableError, list_campaigns, read_file
from petitioner.inputs.letters import SHARED, remove_reading
from petitioner.inputs.rollover import find_stale_remarks, move_date, renew_campaign
from petitioner.inputs.workspace_files import list_files
from petitioner.log.states.outcomes import list_outcomes
from petitioner.model.recipient import Campaign
from petitioner.source.edit import EditError
from petitioner.terminal import Terminal


def roll_over(terminal: Terminal, folder: Path, source: str | None, year: str, now: datetime, *, as_json: bool) -> int:
    """Make the campaign of a ``year`` from that of ``source``, or from the latest before it, and check it.

    Raises ``UsageError`` for a year that cannot follow, WorkspaceError for errors in recipients.yaml or campaign.yaml,
    and ``PetitionerError`` when the folder is there already or cannot be written; then nothing was written.
    """
    source = _choose_source(folder, source, year)
    context = read_log_context(folder, source, now)
    last, day = context.campaign, suggest_day(int(year))
    dated = move_date(last.date, day.day, context.today)
    files = carry_files(folder, source, lambda text: renew_campaign(text, day, dated), _carry_letter)
    begin_campaign(folder, year, files)
    events = read_log(terminal, open_log(terminal, folder, context.recipients))
    outcomes = list_outcomes(context.recipients, last, events)
    calls = list_calls(outcomes, dated)
    checked = load_and_check(Scope(folder, year, now))
    terminal = turn_to(terminal, folder, year)
    if as_json:
        terminal.show_json(
            {
                "campaign": year,
                "from": source,
                **day.serialize(),
                "date": dated.isoformat(),
                "files": [f"{LETTERS}/{year}/{path}" for path in files],
                "recipients": serialize_outcomes(outcomes, calls),
                "problems": [serialize_problem(problem) for problem in checked.problems],
            }
        )
    else:
        show_outcomes(terminal, source, outcomes, calls)
    _report(terminal, checked, files, last, day)
    terminal.say_next("petitioner check", f"after you have read every text in {LETTERS}/{year} again")
    return ExitStatus.DONE


Change = Callable[[str], str]
"""Returns the text of a file for another campaign. Raises EditError."""


def carry_files(
    folder: Path, source: str, renew: Change, change_letter: Callable[[str, str], str]
) -> Mapping[str, bytes]:
    """Return the files of a campaign's folder for another one, by their path in it.

    ``renew`` makes the new campaign.yaml, and ``change_letter`` the letter of a file name. Raises ``PetitionerError``
    for a file that cannot be read or changed.
    """
    home = f"{LETTERS}/{source}"

    def change(path: str) -> Change | None:
        if path == campaigns.NAME:
            return renew
        is_letter = path.endswith(".md") and "/" not in path and not path.startswith(SHARED)
        return (lambda text: change_letter(path, text)) if is_letter else None

    return {path: _carry(folder, f"{home}/{path}", change(path)) for path in list_files(folder / home)}


def _carry(folder: Path, path: str, change: Change | None) -> bytes:
    try:
        content = read_file(folder, path)
        return change(content.decode("utf-8")).encode() if change else content
    except UnreadableError as error:
        raise PetitionerError(f"{path} {error}; nothing was written.", error.hint) from None
    except EditError as error:
        hint = "Write each key on a line of its own, then run this again."
        raise PetitionerError(f"{path}:{error.line}: {error}; nothing was written.", hint) from None
    except UnicodeDecodeError:
        raise PetitionerError(f"{path} is not UTF-8; nothing was written.", "Run: petitioner check") from None


def _carry_letter(_: str, text: str) -> str:
    return remove_reading(text)


def begin_campaign(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Write the folder of a new campaign: complete or not at all. Raises ``PetitionerError`` if it is there."""
    home = f"{LETTERS}/{name}"
    try:
        create_folder(folder / home, files)
    except FileExistsError:
        hint = f"Run: petitioner --campaign {name} check"
        raise PetitionerError(f"{home} is there already; nothing was written.", hint) from None
    except OSError as error:
        hint = f"Nothing was written. {advise_writing(error, 'Check the permissions of the folder above it.')}"
        raise PetitionerError(f"{home} cannot be written: {error.strerror}", hint) from None


def turn_to(terminal: Terminal, folder: Path, name: str) -> Terminal:
    """Return the terminal for messages about a new campaign, which only the latest one need not name."""
    return replace(terminal, campaign=None if list_campaigns(folder)[0] == name else name)


def _choose_source(folder: Path, wanted: str | None, year: str) -> str:
    """Return the campaign to carry over, and check that the ``year`` can follow it."""
    if not re.fullmatch(r"[12]\d{3}", year):
        raise UsageError(f"'{year}' is not a year.", "Give the year of the new campaign, such as 2028.")
    known = list_campaigns(folder)
    earlier = [name for name in known if name < year and "-" not in name]
    if year in known:
        hint = f"Run: petitioner --campaign {year} check"
        raise PetitionerError(f"{LETTERS}/{year} is there already; nothing was written.", hint)
    if wanted is None and not earlier:
        raise UsageError(
            f"There is no campaign before {year}.", f"Give a later year. There are: {', '.join(known) or 'none'}."
        )
    source = wanted or earlier[0]
    if source >= year:
        raise UsageError(f"{year} is not after {source}.", "Give a later year, or an earlier --campaign.")
    return source


def _report(
    terminal: Terminal, checked: CheckedWorkspace, files: Mapping[str, bytes], last: Campaign, day: SuggestedDay
) -> None:
    home = checked.workspace.home
    terminal.report(checked.problems)
    name = f"{home}/{campaigns.NAME}"
    for words in find_stale_remarks(name, files[campaigns.NAME].decode("utf-8"), last):
        terminal.say(words, style="yellow")
    terminal.say(f"{home} is made of {LETTERS}/{last.id}: {count_problems(checked.problems)}.")
    terminal.say(f"All commands are about the new campaign now. For the old one: petitioner --campaign {last.id}")
    terminal.say(f"{day} If another day is kept, write it into {name}.", style="yellow")
