"""Commands and groups of commands whose help and completion load little."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_BUILT_IN = "DEFAULT"  # how typer calls a value that nobody gave


class Command(TyperCommand):
    """A command whose help and completion do not load pydantic."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - typer's own types, which it hides
        """Return the options and arguments."""
        return [_convert_given_values(one) for one in super().get_params(ctx)]


class Group(TyperGroup):
    """A group of commands whose help and completion do not load pydantic."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - as above
        """Return the options."""
        return [_convert_given_values(one) for one in super().get_params(ctx)]


def make_group() -> typer.Typer:
    """Return a group without commands yet; its help is plain text, so rich is not loaded."""
    return typer.Typer(cls=Group, rich_markup_mode=None, add_completion=False)


def _convert_given_values(parameter: Any) -> Any:  # noqa: ANN401 - as above
    """Let typer convert only what was typed, since it loads pydantic for that; a default has its type already.

    While the shell completes a line, nothing is converted at all.
    """
    convert = parameter.process_value

    def process_value(context: typer.Context, value: object) -> object:
        source = context.get_parameter_source(parameter.name)
        is_left_out = source is not None and source.name == _BUILT_IN and not parameter.required
        return value if context.resilient_parsing or is_left_out else convert(context, value)

    if "process_value" not in vars(parameter):
        parameter.process_value = process_value
    return parameter
