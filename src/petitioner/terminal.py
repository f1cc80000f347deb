"""The only module that prints: data on standard output, talk on standard error."""

import getpass
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper

from rich.console import Console
from rich.table import Table
from rich.text import Text

from petitioner.errors import PetitionerError, Problem, Severity, rank_problem

_WIDE = 10_000  # a pipe is no terminal: lines go out whole, never folded


def _open_console(*, on_stderr: bool) -> Console:
    stream = sys.stderr if on_stderr else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, highlight=False, soft_wrap=True, emoji=False, markup=False, width=width)


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

    def say(self, text: str, style: str = "") -> None:
        """Tell the user something that is not the result."""
        if not self.quiet:
            self.err.print(Text(text, style=style))

    def complain(self, text: str) -> None:
        """Tell the user that something went wrong, also when quiet."""
        self.err.print(Text(text, style="bold red"))

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits there who can be shown things and answer."""
        return sys.stdin.isatty() and self.err.is_terminal

    def ask(self, question: str) -> str:
        """What a person types in answer to a question, without blanks around it; nothing at the end of input.

        Ask only where ``can_ask``; a question is asked even when quiet.
        """
        self.err.print(Text(question, style="bold"), end=" ")
        return sys.stdin.readline().strip()

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
        if error.hint:
            self.err.print(Text(f"    {error.hint}"))
