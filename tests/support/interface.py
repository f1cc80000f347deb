"""The command line as typer itself knows it."""

from collections.abc import Iterator
from typing import Any

import typer

from petitioner.cli import app


def list_commands() -> dict[str, Any]:
    """Every command that can be run, by its full name, in order."""
    program: Any = typer.main.get_command(app)
    return dict(sorted(_walk("petitioner", program, typer.Context(program))))


def _walk(name: str, command: Any, context: typer.Context) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own type
    yield name, command
    for inner in getattr(command, "commands", {}):
        _, nested, _ = command.resolve_command(context, [inner])  # which loads it
        yield from _walk(f"{name} {inner}", nested, context)
