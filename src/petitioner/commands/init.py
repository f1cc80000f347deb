"""``petitioner init``: make a small workspace that explains itself."""

import re
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from petitioner.commands.schema import make_schema_files, name_schemas
from petitioner.errors import ExitStatus, PetitionerError, advise_writing
from petitioner.files import add_to_folder, create_folder
from petitioner.inputs.days import suggest_date, suggest_next_day
from petitioner.inputs.selection import require_known
from petitioner.tables.locales import list_country_names
from petitioner.tables.starter import list_default_languages, list_languages, make_workspace_files
from petitioner.terminal import Terminal

_MAY_BE_THERE = (".gitignore", "README.md")
"""The files that may be in the folder already; they are left as they are."""


def init_workspace(
    terminal: Terminal, folder: Path, languages: tuple[str, ...], now: datetime, *, as_json: bool
) -> int:
    """Make a workspace in a new folder, or in one that has no workspace yet.

    Raises UsageError for an unknown language, and ``PetitionerError`` when a file is there already or cannot be
    written; then nothing was written.
    """
    require_known("language", languages, list_languages())
    day = suggest_next_day(now.date())
    tags = tuple(dict.fromkeys(languages)) or list_default_languages()
    files = make_workspace_files(tags, day.day, day.why, suggest_date(day.day, now.date()))
    made = _write(folder, {**name_schemas(files), **make_schema_files()})
    if as_json:
        terminal.show_json({"folder": str(folder), "campaign": str(day.day.year), **day.serialize(), "files": made})
    else:
        for path in made:
            terminal.show(f"{folder / path}")
    terminal.say(f"{day} Change it in letters/{day.day.year}/campaign.yaml if another day is kept.")
    code = re.findall(r"country: ([A-Z]{2})", files["recipients.yaml"])[0]
    where = list_country_names()[code][0]
    terminal.say(
        f"The missions are two examples in {where}, and the sender is an example too. Put yours in their place."
    )
    terminal.say("The comments in the files say what to write.")
    here = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    terminal.say_next(f"{here}petitioner check")
    return ExitStatus.DONE


def _write(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files, and return the paths of those that were written."""
    contents = {path: text.encode() for path, text in files.items()}
    try:
        if folder.exists():
            contents = {
                path: text
                for path, text in contents.items()
                if not (path in _MAY_BE_THERE and (folder / path).exists())
            }
            add_to_folder(folder, contents)
        else:
            create_folder(folder, contents)
    except FileExistsError as error:
        hint = "Nothing was written. Give the name of a new folder: petitioner init DIR"
        raise PetitionerError(f"{error.filename} is there already.", hint) from None
    except OSError as error:
        advice = advise_writing(error, "Check the name and the permissions of the folder above it.")
        hint = f"Nothing was written. {advice}"
        raise PetitionerError(f"{folder} cannot be written: {error.strerror}.", hint) from None
    return sorted(contents)
