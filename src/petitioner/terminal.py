"""The only module that prints: data on standard output, talk on standard error."""

import codecs
import errno
import getpass
import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import TextIOWrapper
from subprocess import PIPE, Popen
from typing import TextIO, cast

from rich.console import Console
from rich.pager import Pager
from rich.table import Table
from rich.text import Text

from petitioner.errors import ExitStatus, NoAnswerError, PetitionerError, Problem, QuitError, Severity, rank_problem

IT_ASKS = "Run the same command at a terminal and without --json: there it asks."
"""The hint where nobody can be asked; it does not name the option that answers for a person."""

_QUIT = {"q", "quit"}
_WIDE = 10_000  # a pipe is no terminal: lines go out whole, never folded
# Control characters but line end and tab, line separators, marks that reorder text (UAX #9), and halves of characters.
_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def make_visible(text: str) -> str:
    """The text, with an escape of JSON for each character that commands a terminal, reorders lines or is half one."""
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Stream:
    """A standard stream whose failure ends no command: what it does not take is left out, and ``failure`` says why."""

    def __init__(self, target: TextIO) -> None:
        self.target = target
        self.failure: OSError | None = None

    @property
    def encoding(self) -> str:
        """The encoding of the stream's characters."""
        return self.target.encoding

    @property
    def errors(self) -> str | None:
        """What happens to characters that the encoding lacks."""
        return self.target.errors

    def write(self, text: str) -> int:
        """Write a text; from the first failure on, nothing."""
        self._try(lambda: self.target.write(text))
        return len(text)

    def flush(self) -> None:
        """Hand over what was written."""
        self._try(self.target.flush)

    def isatty(self) -> bool:
        """Whether a person sees what is written."""
        return self.target.isatty()

    def fileno(self) -> int:
        """The stream's number, for libraries that ask."""
        return self.target.fileno()

    def _try(self, step: Callable[[], object]) -> None:
        if self.failure is None:
            try:
                step()
            except OSError as error:
                self.failure = error
                with suppress(OSError, ValueError):  # else Python tries once more at its end, and complains
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self.target.fileno())


class _Plain(Stream):
    """What libraries print to: their messages repeat what was typed, and use no colours."""

    def write(self, text: str) -> int:
        return super().write(make_visible(text))


@contextmanager
def standard_streams() -> Iterator[Stream]:
    """Make the standard streams fit to be used while a command runs, and give the one of its result.

    They may be closed (``petitioner >&-``), on a full disk, or know few characters, as in Japan's older encodings.
    """
    _open_closed()
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    before = sys.stdout, sys.stderr
    out, err = map(_adapt, before)
    sys.stdout, sys.stderr = (cast("TextIO", _Plain(cast("TextIO", stream))) for stream in (out, err))
    try:
        yield out
    finally:
        out.flush()
        sys.stdout, sys.stderr = before


def conclude(out: Stream, status: int) -> int:
    """The exit status of a command; 1 when its result could not be printed, which is said unless the reader left."""
    if out.failure is None:
        return status
    if out.failure.errno != errno.EPIPE:
        words = f"Standard output cannot be written ({out.failure.strerror}), so the result is not shown."
        Terminal().complain(f"{words} What the messages above report was done.")
    return status or ExitStatus.FAILED


def _open_closed() -> None:
    """Open streams that the caller has closed; else the next file that is opened, such as the log, takes their place.

    What is written to one of them fails, and is told like a full disk.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)  # noqa: FBT003 - the system's own order
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 - a stream by its number
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115 - as above
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115 - as above


def _adapt(stream: TextIO) -> Stream:
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return Stream(stream)


def _open_console(*, on_stderr: bool) -> Console:
    stream = _find_console_stream(sys.stderr if on_stderr else sys.stdout)
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, highlight=False, soft_wrap=True, emoji=False, markup=False, width=width)


def _find_console_stream(stream: TextIO) -> TextIO:
    """The stream below the one of libraries, which takes colours as well."""
    return stream.target if isinstance(stream, _Plain) else stream


def _make_text(text: str, style: str = "") -> Text:
    return Text(make_visible(text), style=style)


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
            _find_console_stream(sys.stdout).write(content)


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
        self.out.print(_make_text(text, style=style))

    def show_text(self, text: str) -> None:
        """Write text for a program as it is, to the last line end; at a terminal, without what would command that."""
        self.out.file.write(make_visible(text.replace("\r\n", "\n")) if self.out.is_terminal else text)
        self.out.file.flush()

    def show_json(self, value: object) -> None:
        """Print the result for a program: two spaces of indent, in characters or, where they do not fit, escapes."""
        self.out.print(_make_text(json.dumps(value, ensure_ascii=not self._is_unicode, indent=2)))

    def show_table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows under their headings, in columns, without frames; wide characters count twice."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold", no_wrap=not self.out.is_terminal)
        for row in rows:
            table.add_row(*(_make_text(cell) for cell in row))
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
            self.err.print(_make_text(text, style=style))

    def complain(self, text: str) -> None:
        """Tell the user that something went wrong, also when quiet."""
        self.err.print(_make_text(text, style="bold red"))

    @property
    def _is_unicode(self) -> bool:
        return codecs.lookup(self.out.encoding).name == "utf-8"

    def warn(self, text: str, hint: str = "") -> None:
        """Tell the user, also when quiet, what is wrong around a command that goes on all the same."""
        self.err.print(_make_text(f"Warning: {text}", style="bold yellow"))
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
        self.err.print(_make_text(question, style="bold"), end=" ")
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
        yield from sys.stdin

    def ask_secret(self, question: str) -> str:
        """What a person types without its being shown; nothing at the end of input. Ask only where ``can_ask``."""
        try:
            return getpass.getpass(f"{make_visible(question)} ")
        except (EOFError, UnicodeDecodeError):
            return ""

    def say_next(self, command: str, why: str = "") -> None:
        """Name the next command; every command ends so."""
        self.say(f"Next: {command}" + (f"  ({why})" if why else ""), style="bold")

    def report(self, problems: Iterable[Problem]) -> None:
        """Print problems on standard error, also when quiet, with hints: errors first, those of one file together."""
        for problem in sorted(problems, key=rank_problem):
            colour = "red" if problem.severity is Severity.ERROR else "yellow"
            self.err.print(_make_text(str(problem), style=colour))
            if problem.hint:
                self.err.print(_make_text(f"    {problem.hint}"))

    def report_error(self, error: PetitionerError) -> None:
        """Print why a command could not be done, and what to do next."""
        self.err.print(_make_text(f"Error: {error}", style="bold red"))
        self._show_hint(error.hint)

    def _show_hint(self, hint: str) -> None:
        for line in hint.splitlines():
            self.err.print(_make_text(f"    {line}"))
