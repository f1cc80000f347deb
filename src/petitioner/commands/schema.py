"""``petitioner schema``: write JSON Schemas, with which editors complete and explain the YAML files."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from petitioner.errors import ExitStatus, PetitionerError, advise_writing
from petitioner.files import write_atomically
from petitioner.inputs.campaigns import NAME as CAMPAIGN
from petitioner.inputs.folder import LETTERS, RECIPIENTS, THEME, list_campaigns
from petitioner.inputs.schemas import make_schemas
from petitioner.inputs.theme import NAME as THEME_NAME
from petitioner.terminal import Terminal

_MARK = "# yaml-language-server: $schema="

FOLDER = PurePosixPath(".schemas")
"""The folder of the schemas in a workspace; its name is hidden, since nobody needs to look into it."""


def write_schemas(terminal: Terminal, folder: Path) -> int:
    """Write the schemas into a workspace, and show the first line of each YAML file that does not name its schema yet.

    Raises PetitionerError if a schema cannot be written, or a file cannot be read.
    """
    try:
        for path, content in make_schema_files().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(folder / path, content.encode())
        lacking = [path for path in _list_yaml_files(folder) if not _names_schema(folder, path)]
    except OSError as error:
        hint = advise_writing(error, "Check the permissions.")
        raise PetitionerError(f"{FOLDER} cannot be written: {error.strerror}", hint) from None
    terminal.say(f"The schemas in {FOLDER} are those of this version.")
    if lacking:
        terminal.say("Write this as the first line of each file:")
    for place in lacking:
        terminal.show(f"{place}: {format_first_line(place)}")
    terminal.say_next("petitioner check")
    return ExitStatus.DONE


def make_schema_files() -> Mapping[str, str]:
    """Return the text of each schema by its path in a workspace."""
    return {str(locate_schema(name)): text for name, text in make_schemas().items()}


def name_schemas(files: Mapping[str, str]) -> Mapping[str, str]:
    """Return the texts of files by their paths. The first line of each file that has a schema names the schema."""
    known = make_schemas()
    return {
        path: f"{format_first_line(PurePosixPath(path))}\n{text}" if PurePosixPath(path).name in known else text
        for path, text in files.items()
    }


def locate_schema(name: str) -> PurePosixPath:
    """Return the path of the schema of a YAML file in a workspace."""
    return FOLDER / name.replace(".yaml", ".json")


def format_first_line(path: PurePosixPath) -> str:
    """Return the comment with which a YAML file of a workspace names its schema (yaml-language-server)."""
    return f"{_MARK}{os.path.relpath(locate_schema(path.name), path.parent)}"


def _names_schema(folder: Path, path: PurePosixPath) -> bool:
    """Whether the first line of a file names a schema."""
    return (folder / path).read_bytes().partition(b"\n")[0].startswith(_MARK.encode())


def _list_yaml_files(folder: Path) -> Iterator[PurePosixPath]:
    """Yield the paths of the YAML files of a workspace that have a schema and are there."""
    campaigns = (f"{LETTERS}/{year}/{CAMPAIGN}" for year in list_campaigns(folder))
    named = (RECIPIENTS, *campaigns, f"{THEME}/{THEME_NAME}")
    yield from (PurePosixPath(path) for path in named if (folder / path).is_file())
