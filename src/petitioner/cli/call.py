"""One call of the command line: the options that several commands share, and how a function becomes a command."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property, wraps
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from petitioner.cli.groups import Command

if TYPE_CHECKING:  # `--help` and `--version` load none of these
    from petitioner.commands.load_and_check import Scope
    from petitioner.inputs.selection import Selection
    from petitioner.log.context import LogContext
    from petitioner.terminal import Terminal

EXAMPLES = "For example:"
"""The line before the examples at the end of a help."""

_MOST_DIGITS = 9
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for a program.")]
Lang = Annotated[
    list[str] | None, typer.Option("--lang", metavar="LANG", help="Only this language; repeat the option for several.")
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="FILE", help="Keep this photograph or receipt; repeat the option for several."),
]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Name of the person who did it, if not you.")]
Directory = Annotated[
    Path | None,
    typer.Option("-C", "--directory", metavar="DIR", help="Work in this folder instead of the current one."),
]
CampaignName = Annotated[
    str | None, typer.Option("--campaign", metavar="YEAR", help="Use the campaign of this year, not the latest.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only results and errors.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print every step, with times and technical error details.")
]


def _choose(name: str, metavar: str, text: str) -> object:
    return typer.Option(f"--{name}", metavar=metavar, help=text)


@dataclass(frozen=True)
class Chosen:
    """The options that choose recipients; a command whose function takes one has all of them.

    Each but ``limit`` may be repeated: any of its values fits. Several options fit together.
    """

    only: Annotated[list[str] | None, _choose("only", "ID", "Only this recipient; repeat it for several.")] = None
    country: Annotated[list[str] | None, _choose("country", "CODE", "Only recipients in this country: JP.")] = None
    city: Annotated[list[str] | None, _choose("city", "NAME", "Only recipients in this city.")] = None
    kind: Annotated[list[str] | None, _choose("kind", "KIND", "Only embassies, or: consulate-general …")] = None
    channel: Annotated[list[str] | None, _choose("channel", "CHANNEL", "Only by post, by email or by hand.")] = None
    state: Annotated[list[str] | None, _choose("state", "STATE", "Only those in this state: open, posted …")] = None
    group: Annotated[list[str] | None, _choose("group", "NAME", "Only those of this group.")] = None
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N of them.")] = None


def _read_number(text: str) -> int:
    """Read the number of an event, so short that SQLite holds it."""
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    raise typer.BadParameter(f"'{text}' is not the number of an event. `petitioner log show ID` shows the numbers.")


Number = Annotated[
    int, typer.Argument(metavar="EVENT", parser=_read_number, help="The number of the event, as `log` shows it.")
]


@dataclass(frozen=True)
class Call:
    """The options that all commands share: folder, campaign, time, and how to report."""

    now: datetime
    directory: Path
    campaign: str | None
    quiet: bool
    verbose: bool

    @cached_property
    def terminal(self) -> "Terminal":
        """The terminal for results and messages."""
        from petitioner.terminal import Terminal

        return Terminal(quiet=self.quiet, find_folder=lambda: self.folder, campaign=self.campaign)

    @cached_property
    def folder(self) -> Path:
        """The workspace's folder. Raises NoWorkspaceError."""
        from petitioner.inputs.folder import find_workspace

        return find_workspace(self.directory)

    def run(self, body: Callable[[], int]) -> None:
        """Run a command, report its errors, and exit with its status."""
        from petitioner.cli.run import run_and_exit

        run_and_exit(self.terminal, body, verbose=self.verbose)

    def select(self, chosen: Chosen, *, lang: list[str] | None = None, ids: list[str] | None = None) -> "Selection":
        """Return what was chosen, also by ``ids`` without an option. Raises as ``list_recipients_in`` for states."""
        from petitioner.inputs.selection import CRITERIA, Selection

        in_state = None
        if chosen.state:
            from petitioner.commands.states import list_recipients_in

            in_state = list_recipients_in(chosen.state, self.folder, self.campaign, self.now)
        only = (*(ids or ()), *(chosen.only or ()))
        words = {name: tuple(getattr(chosen, name) or ()) for name in CRITERIA}
        return Selection(only, chosen.limit, tuple(lang or ()), **words, in_state=in_state)

    def scope(self, chosen: Chosen | None = None, lang: list[str] | None = None) -> "Scope":
        """Return what to read: everything, or the recipients and languages that were chosen."""
        from petitioner.commands.load_and_check import Scope

        return Scope(self.folder, self.campaign, self.now, self.select(chosen or Chosen(), lang=lang))

    def context(self, by: str | None = None) -> "LogContext":
        """What the commands of the log work on; ``by`` is the person who did what is recorded."""
        from petitioner.commands.log_context import read_log_context

        return read_log_context(self.folder, self.campaign, self.now, by)


_SHARED = {"directory": Directory, "campaign": CampaignName, "quiet": Quiet, "verbose": Verbose}
"""The options before a command, which are accepted behind it too."""


def command(app: typer.Typer, name: str = "") -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Register a function as the command of this name, or without a name as the command of the group itself.

    The function takes the Call and its own options, and returns the exit status. Its docstring is the help. A parameter
    of the type Chosen is filled in from the options of that class.
    """

    def register(body: Callable[..., int]) -> Callable[..., None]:
        own = tuple(signature(body).parameters.values())[1:]
        shared = tuple(_make_hidden(word, kind) for word, kind in _SHARED.items() if word not in {o.name for o in own})

        @wraps(body)
        def enter(context: typer.Context, **options: object) -> None:
            given = {one.name: value for one in shared if (value := options.pop(one.name))}
            call = context.obj = replace(context.obj, **given)
            if context.invoked_subcommand is None:
                call.run(lambda: body(call, **_collect_chosen(own, options)))
            elif misplaced := _list_typed_options(context, options):
                call.run(lambda: _refuse_misplaced(context, misplaced))

        context = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        visible = (one for parameter in own for one in _expand_chosen(parameter))
        vars(enter)["__signature__"] = signature(body).replace(parameters=(context, *visible, *shared))
        text = format_help(getdoc(body) or "")
        adapt = (
            app.command(name, cls=Command, help=text) if name else app.callback(invoke_without_command=True, help=text)
        )
        return adapt(enter)

    return register


def _make_hidden(name: str, annotation: object) -> Parameter:
    """Return the parameter of an option that the help of a command does not repeat."""
    kind, option = get_args(annotation)
    hidden = copy(option)
    hidden.hidden = True
    default = False if kind is bool else None
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, hidden])


def _expand_chosen(parameter: Parameter) -> Iterator[Parameter]:
    if parameter.annotation is not Chosen:
        yield parameter.replace(kind=Parameter.KEYWORD_ONLY)
        return
    for one in fields(Chosen):
        yield Parameter(one.name, Parameter.KEYWORD_ONLY, default=None, annotation=one.type)


def _collect_chosen(own: tuple[Parameter, ...], options: dict[str, object]) -> dict[str, object]:
    """Return the options of a command, with those that choose recipients as one value."""
    name = next((one.name for one in own if one.annotation is Chosen), None)
    if name is None:
        return options
    chosen = Chosen(**{one.name: options.pop(one.name) for one in fields(Chosen)})  # type: ignore[arg-type]
    return {**options, name: chosen}


def _list_typed_options(context: typer.Context, options: Iterable[str]) -> tuple[str, ...]:
    """Return the options of a group that the user typed, such as ``--only``."""
    sources = {name: context.get_parameter_source(name) for name in options}
    typed = {name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"}
    return tuple(one.opts[0] for one in context.command.params if one.name in typed)


def _refuse_misplaced(context: typer.Context, options: tuple[str, ...]) -> int:
    """Raise UsageError for options before a command of a group, which would not get them."""
    from petitioner.errors import UsageError

    command = f"{context.info_name} {context.invoked_subcommand}"
    sentence = f"{' and '.join(options)} must come after '{command}'."
    raise UsageError(sentence, f"Write: petitioner {command} {' … '.join(options)} …")


def format_help(text: str) -> str:
    """Mark the examples at the end of a help, so that typer keeps each on its own line."""
    return text.replace(EXAMPLES, f"\b\n{EXAMPLES}")
