"""The only module that prints: results on standard output, messages on standard error."""

import codecs
import getpass
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen

from rich.console import Console
from rich.pager import Pager
from rich.text import Text

from petitioner.campaign_option import keep_campaign
from petitioner.errors import (
    NoAnswerError,
    PetitionerError,
    Problem,
    QuitError,
    Severity,
    make_half_width,
    rank_problem,
)
from petitioner.layout import SourceLines, format_table, wrap_words
from petitioner.streams import find_target, make_visible

IT_ASKS = "Run the same command at a terminal and without --json: there it asks."
"""The hint where nobody can be asked; it does not name the option that answers for a person."""

_QUIT = {"q", "quit"}
MOST_NAMED = 12  # ids that fit into one command; more are scanned
_MOST_MARKED = 20  # problems that are shown with their lines; with more, the lines would hide the messages


def _open_console(*, on_stderr: bool) -> Console:
    stream = find_target(sys.stderr if on_stderr else sys.stdout)
    width, height = shutil.get_terminal_size()  # given both, or rich takes every simple terminal for one of 80 columns
    return Console(file=stream, highlight=False, emoji=False, markup=False, width=width, height=height)


def _make_text(text: str, style: str = "") -> Text:
    return Text(make_visible(text), style=style)


def _print_lines(console: Console, text: str, style: str = "") -> None:
    """Print a text; at a terminal long lines are broken between words, in a pipe they stay whole."""
    for line in make_visible(text).split("\n"):
        for part in wrap_words(line, console.width) if console.is_terminal else (line,):
            console.print(Text(part, style=style), soft_wrap=True)


_PAGER_PROMPT = "Space shows the next page, q goes on"


class _Pager(Pager):
    """Runs the user's ``PAGER``, or less; without either the text is printed as it is."""

    def show(self, content: str) -> None:
        # As git asks of it: leave a text that fits on the screen, keep colours, and what was read stays in view.
        # Its own prompt would be a colon alone, which does not say how to go on.
        environment = {"LESS": f"FRXPs{_PAGER_PROMPT}$", "LESSCHARSET": "utf-8", **os.environ}
        try:
            command = shlex.split(os.environ.get("PAGER", "")) or ["less"]
            with Popen(command, stdin=PIPE, env=environment) as running:  # noqa: S603 - the user's own pager
                _write_to_pager(running, content)
        except (OSError, ValueError):  # there is none, or its name has a quote too few
            find_target(sys.stdout).write(content)


def _write_to_pager(running: Popen[bytes], content: str) -> None:
    """Write everything to a pager and wait for it; Ctrl-C is for the pager."""
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
    """Shows results (``out``) and messages (``err``); ``quiet`` leaves most messages out.

    ``find_folder`` returns the folder of the files that problems name. ``campaign`` is the one that was asked for; the
    commands in all that is shown are about it.
    """

    quiet: bool = False
    find_folder: Callable[[], Path] = Path
    campaign: str | None = None
    out: Console = field(default_factory=lambda: _open_console(on_stderr=False))
    err: Console = field(default_factory=lambda: _open_console(on_stderr=True))

    def show(self, text: str = "", style: str = "") -> None:
        """Print a line of the result."""
        self._print(self.out, text, style)

    def show_text(self, text: str) -> None:
        """Write text for a program unchanged; at a terminal, control characters are escaped."""
        self.out.file.write(make_visible(text.replace("\r\n", "\n")) if self.out.is_terminal else text)
        self.out.file.flush()

    def show_json(self, value: object) -> None:
        """Print a result for a program, indented; characters outside the encoding are escaped."""
        is_unicode = codecs.lookup(self.out.encoding).name == "utf-8"
        text = json.dumps(value, ensure_ascii=not is_unicode, indent=2)
        self.out.print(_make_text(text), soft_wrap=True)

    def show_table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows under their headings in columns; at a terminal they fit its width."""
        width = self.out.width if self.out.is_terminal else None
        heading, *lines = format_table(columns, rows, width)
        for number, line in enumerate((heading, *lines)):
            self.out.print(_make_text(line, "" if number else "bold"), soft_wrap=True)

    @contextmanager
    def paging(self) -> Iterator[None]:
        """Show all results page by page at a terminal, if they do not fit the screen."""
        if not (self.can_ask and self.out.is_terminal) or self.out.is_dumb_terminal:
            yield
            return
        with self.out.pager(_Pager(), styles=True):
            yield

    def say(self, text: str, style: str = "") -> None:
        """Print a message that is not the result."""
        if not self.quiet:
            self._print(self.err, text, style)

    def report_failure(self, text: str) -> None:
        """Report that something went wrong, also when quiet."""
        self._print(self.err, text, "bold red")

    def show_detail(self, text: str) -> None:
        """Print a detail on standard error; called only with ``--verbose``."""
        self.err.print(_make_text(text, "dim"), soft_wrap=True)

    def warn(self, text: str, hint: str = "") -> None:
        """Print a warning, also when quiet; the command goes on."""
        self._print(self.err, f"Warning: {text}", "bold yellow")
        self._show_hint(hint)

    @property
    def can_ask(self) -> bool:
        """Whether there is a person at a terminal to ask."""
        return sys.stdin.isatty() and self.err.is_terminal

    def ask(self, question: str) -> str:
        """Return what a person types, without spaces around it.

        Ask only if ``can_ask``; also when quiet. Raises ``QuitError`` for ``q`` and ``quit``, ``NoAnswerError`` at the
        end of input.
        """
        *lines, last = wrap_words(question, self.err.width)
        for line in lines:
            _print_lines(self.err, line, "bold")
        self.err.print(_make_text(last, "bold"), end=" ", soft_wrap=True)
        line = sys.stdin.readline()
        if not line:
            raise NoAnswerError
        answer = line.strip()
        if make_half_width(answer).lower() in _QUIT:
            raise QuitError
        return answer

    def ask_yes(self, question: str) -> bool:
        """Whether a person answers yes. Ask only if ``can_ask``."""
        return make_half_width(self.ask(f"{question} [y]es, [N]o, [q]uit:")).lower() in {"y", "yes"}

    def ask_count(self, question: str, count: int) -> bool:
        """Whether a person says yes by typing a number. Ask only if ``can_ask``."""
        return make_half_width(self.ask(f"{question}? Type {count} to say yes:")) == str(count)

    def read_lines(self) -> Iterator[str]:
        """Return the lines of standard input; bytes that are not text become replacement characters."""
        yield from sys.stdin

    def ask_secret(self, question: str) -> str:
        """Return what a person types without showing it; empty at the end of input. Ask only if ``can_ask``."""
        try:
            return getpass.getpass(f"{make_visible(question)} ")
        except (EOFError, UnicodeDecodeError):
            return ""

    def say_next(self, command: str, why: str = "") -> None:
        """Name the next command; every command ends with it."""
        if not self.quiet:  # in one piece, so that it can be copied
            parts = f"Next: {command}", f"  ({why})" if why else ""
            text = "".join(keep_campaign(part, self.campaign) for part in parts)
            self.err.print(_make_text(text, "bold"), soft_wrap=True)

    def report(self, problems: Iterable[Problem]) -> None:
        """Print problems and hints on standard error, also when quiet: errors first, those of one file together.

        At a terminal the line of each is shown too, with its value underlined.
        """
        ordered = sorted(dict.fromkeys(problems), key=rank_problem)
        sources = self._open_sources() if ordered and len(ordered) <= _MOST_MARKED else None
        for problem in ordered:
            colour = "red" if problem.severity is Severity.ERROR else "yellow"
            self._print(self.err, str(problem), colour)
            for line in sources.underline(problem, self.err.width) if sources else ():
                self.err.print(_make_text(line, "dim"), soft_wrap=True)
            self._show_hint(problem.hint)

    def _open_sources(self) -> SourceLines | None:
        if not self.err.is_terminal:
            return None
        try:
            return SourceLines(self.find_folder())
        except PetitionerError:  # there is no workspace, and so no line of it
            return None

    def report_error(self, error: PetitionerError) -> None:
        """Print why a command failed, and what to do next."""
        self._print(self.err, f"Error: {error}", "bold red")
        self._show_hint(error.hint)

    def _print(self, console: Console, text: str, style: str = "") -> None:
        _print_lines(console, keep_campaign(text, self.campaign), style)

    def _show_hint(self, hint: str) -> None:
        for line in hint.splitlines():
            self._print(self.err, f"    {line}")


def format_count(count: int, word: str) -> str:
    """Return ``1 letter`` or ``2 letters``."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def format_ids(ids: Iterable[str]) -> str:
    """Format recipients as arguments of ``log add``; ``--scan`` for more than twelve."""
    named = tuple(dict.fromkeys(ids))
    return " ".join(named) if len(named) <= MOST_NAMED else "--scan"
