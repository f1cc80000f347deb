"""The command line as typer itself knows it."""

from collections.abc import Iterator
from typing import Any

import typer

from petitioner.cli import app


def list_commands() -> dict[str, Any]:
    """Every command that can be run, by its full name, in order."""
    return dict(sorted(_walk("petitioner", typer.main.get_command(app))))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own type, which it hides
    yield name, command
    for inner, nested in getattr(command, "commands", {}).items():
        yield from _walk(f"{name} {inner}", nested)
