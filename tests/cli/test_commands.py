"""All commands with their arguments and options are a committed list, which only a decision changes."""

from collections.abc import Iterator
from typing import Any

from committed import DATA, assert_committed
from interface import list_commands


def test_the_commands_and_options_are_those_of_the_committed_list() -> None:
    lines = [line for name, command in list_commands().items() for line in describe(name, command)]
    assert_committed(DATA / "commands.txt", "\n".join(lines) + "\n", "Commands or options are")


def describe(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - typer's own type, which it hides
    """A command: its name with its arguments, and below it a line for each option."""
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    yield " ".join([name, *map(describe_argument, arguments)])
    for option in sorted(options, key=lambda one: str(one.opts[-1])):
        yield f"    {', '.join([*option.opts, *option.secondary_opts])}{describe_value(option)}"


def describe_argument(argument: Any) -> str:  # noqa: ANN401 - as above
    """What stands in its place, in brackets where it can be left out, with dots where there can be several."""
    name = argument.metavar.strip("[].")
    several = "..." if argument.nargs == -1 else ""
    return f"{name}{several}" if argument.required else f"[{name}{several}]"


def describe_value(option: Any) -> str:  # noqa: ANN401 - as above
    """What an option takes: nothing, or a value of a type, in which range, once or several times."""
    if option.is_flag:
        return ""
    bounds = (option.min, option.max)
    limits = (
        "" if bounds == (None, None) else " from {} to {}".format(*("any" if end is None else end for end in bounds))
    )
    several = ", several times" if option.multiple else ""
    return f" {option.metavar}{limits}{several}"


def test_the_options_before_a_command_are_accepted_behind_every_command() -> None:
    root, *commands = list_commands().values()
    own = {("--json",), ("--version",), ("--install-completion",), ("--show-completion",)}
    shared = {tuple(one.opts) for one in root.params} - own
    assert len(shared) == 4
    for command in commands:
        accepted = {option for one in command.params for option in one.opts}
        assert {option for options in shared for option in options} <= accepted, command.name
