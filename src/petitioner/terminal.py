"""The only module that prints: data on standard output, talk on standard error."""

import getpass
import json
import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from subprocess import PIPE, Popen

from rich.console import Console
from rich.pager import Pager
from rich.table import Table
from rich.text import Text

from petitioner.errors import NoAnswerError, PetitionerError, Problem, QuitError, Severity, rank_problem

IT_ASKS = "Run the same command at a terminal and without --json: there it asks."
"""The hint where nobody can be asked; it does not name the option that answers for a person."""

_QUIT = {"q", "quit"}
_WIDE = 10_000  # a pipe is no terminal: lines go out whole, never folded


def _open_console(*, on_stderr: bool) -> Console:
    stream = sys.stderr if on_stderr else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, highlight=False, soft_wrap=True, emoji=False, markup=False, width=width)


class _Pager(Pager):
    """The user's own ``PAGER``, or else less; where neither can be run, the text is printed as it is."""

    def show(self, content: str) -> None:
        # As git asks of it: leave a text that fits on the screen, keep colours, and what was read stays in view.
        environment = {"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ}
        try:
            command = shlex.split(os.environ.get("PAGER", "")) or ["less"]
            with Popen(command, stdin=PIPE, env=environment) as running:  # noqa: S603 - the user's own pager
                _feed(running, content)
        except (OSError, ValueError):  # there is none, or its name has a quote too few
            sys.stdout.write(content)


def _feed(running: Popen[bytes], content: str) -> None:
    """Write everything to a pager and wait for it, whatever is typed: Ctrl-C is for the pager, and not for us."""
    text: bytes | None = content.encode()
    while True:
        try:
            running.communicate(text)
        except KeyboardInterrupt:
            text = None  # the rest of it is still on its way
            continue
        return


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where a command shows its result (``out``) and talks about it (``err``); ``quiet`` leaves the talk out."""

    quiet: bool = False
    out: Console = field(default_factory=lambda: _open_console(on_stderr=False))
    err: Console = field(default_factory=lambda: _open_console(on_stderr=True))

    def show(self, text: str = "", style: str = "") -> None:
        """Print a line of the result."""
        self.out.print(Text(text, style=style))

    def show_text(self, text: str) -> None:
        """Write text for a program as it is, to the last line end."""
        self.out.file.write(text)

    def show_json(self, value: object) -> None:
        """Print the result for a program: two spaces of indent, UTF-8 as it is."""
        self.out.print(Text(json.dumps(value, ensure_ascii=False, indent=2)))

    def show_table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows under their headings, in columns, without frames; wide characters count twice."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold", no_wrap=not self.out.is_terminal)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self.out.print(table, soft_wrap=False)

    @contextmanager
    def paging(self) -> Iterator[None]:
        """Show all results that come meanwhile page by page, where a person sits and they do not fit the screen."""
        if not (self.can_ask and self.out.is_terminal) or self.out.is_dumb_terminal:
            yield
            return
        with self.out.pager(_Pager(), styles=True):
            yield

    def say(self, text: str, style: str = "") -> None:
        """Tell the user something that is not the result."""
        if not self.quiet:
            self.err.print(Text(text, style=style))

    def complain(self, text: str) -> None:
        """Tell the user that something went wrong, also when quiet."""
        self.err.print(Text(text, style="bold red"))

    def warn(self, text: str, hint: str = "") -> None:
        """Tell the user, also when quiet, what is wrong around a command that goes on all the same."""
        self.err.print(Text(f"Warning: {text}", style="bold yellow"))
        self._show_hint(hint)

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits there who can be shown things and answer."""
        return sys.stdin.isatty() and self.err.is_terminal

    def ask(self, question: str) -> str:
        """What a person types in answer to a question, without blanks around it.

        Ask only where ``can_ask``; a question is asked even when quiet. Raises ``QuitError`` for ``q`` and ``quit``,
        ``NoAnswerError`` at the end of input.
        """
        self.err.print(Text(question, style="bold"), end=" ")
        line = sys.stdin.readline()
        if not line:
            raise NoAnswerError
        answer = line.strip()
        if answer.lower() in _QUIT:
            raise QuitError
        return answer

    def ask_yes(self, question: str) -> bool:
        """Whether a person says yes; everything else but q is a no. Ask only where ``can_ask``."""
        return self.ask(f"{question} [y/N/q]").lower() in {"y", "yes"}

    def read_lines(self) -> Iterator[str]:
        """What comes in by standard input, line by line to its end; bytes that are no text become marks of that."""
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        yield from sys.stdin

    def ask_secret(self, question: str) -> str:
        """What a person types without its being shown; nothing at the end of input. Ask only where ``can_ask``."""
        try:
            return getpass.getpass(f"{question} ")
        except EOFError:
            return ""

    def say_next(self, command: str, why: str = "") -> None:
        """Name the next command; every command ends so."""
        self.say(f"Next: {command}" + (f"  ({why})" if why else ""), style="bold")

    def report(self, problems: Iterable[Problem]) -> None:
        """Print problems on standard error, also when quiet, with hints: errors first, those of one file together."""
        for problem in sorted(problems, key=rank_problem):
            colour = "red" if problem.severity is Severity.ERROR else "yellow"
            self.err.print(Text(str(problem), style=colour))
            if problem.hint:
                self.err.print(Text(f"    {problem.hint}"))

    def report_error(self, error: PetitionerError) -> None:
        """Print why a command could not be done, and what to do next."""
        self.err.print(Text(f"Error: {error}", style="bold red"))
        self._show_hint(error.hint)

    def _show_hint(self, hint: str) -> None:
        for line in hint.splitlines():
            self.err.print(Text(f"    {line}"))
