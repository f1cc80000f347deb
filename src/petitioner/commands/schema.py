"""``petitioner schema``: write JSON Schemas, with which editors complete and explain the YAML files."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from petitioner.errors import ExitStatus, PetitionerError
from petitioner.files import write_atomically
from petitioner.inputs.campaigns import NAME as CAMPAIGN
from petitioner.inputs.folder import LETTERS, RECIPIENTS, list_campaigns
from petitioner.inputs.schemas import make_schemas
from petitioner.inputs.theme import NAME as THEME_NAME
from petitioner.inputs.workspace import THEME
from petitioner.terminal import Terminal

FOLDER = PurePosixPath("letters/schemas")
"""The folder of the schemas in a workspace."""


def write_schemas(terminal: Terminal, folder: Path) -> int:
    """Write the schemas into a workspace, and show the first line that each YAML file needs.

    Raises PetitionerError if a schema cannot be written.
    """
    try:
        for name, content in make_schemas().items():
            path = folder / locate_schema(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content.encode())
    except OSError as error:
        raise PetitionerError(f"{FOLDER} cannot be written: {error.strerror}", "Check the permissions.") from None
    terminal.say(f"The schemas are in {FOLDER}. Write this as the first line of each file:")
    for place in _list_yaml_files(folder):
        terminal.show(f"{place}: {format_first_line(place)}")
    terminal.say_next("petitioner check")
    return ExitStatus.DONE


def locate_schema(name: str) -> PurePosixPath:
    """Return the path of the schema of a YAML file in a workspace."""
    return FOLDER / name.replace(".yaml", ".json")


def format_first_line(path: PurePosixPath) -> str:
    """Return the comment with which a YAML file of a workspace names its schema (yaml-language-server)."""
    return f"# yaml-language-server: $schema={os.path.relpath(locate_schema(path.name), path.parent)}"


def _list_yaml_files(folder: Path) -> Iterator[PurePosixPath]:
    """Yield the paths of the YAML files of a workspace that have a schema and are there."""
    campaigns = (f"{LETTERS}/{year}/{CAMPAIGN}" for year in list_campaigns(folder))
    named = (RECIPIENTS, *campaigns, f"{THEME}/{THEME_NAME}")
    yield from (PurePosixPath(path) for path in named if (folder / path).is_file())
