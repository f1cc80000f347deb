"""The standard streams: closed, full or in an old encoding; control characters in texts are escaped."""

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import TextIOWrapper, UnsupportedOperation
from typing import TextIO, cast

# Control characters but line end and tab, line separators, characters that reorder text (UAX #9), halves of characters.
_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_DROPS = ContextVar("_DROPS", default=False)  # of each thread its own


def make_visible(text: str) -> str:
    """Escape each character that controls a terminal, reorders lines or is half a character, as JSON does."""
    return _HARMFUL.sub(lambda character: f"\\u{ord(character[0]):04x}", text)


class Stream:
    """A standard stream that never raises: after the first error it drops everything; ``failure`` is the error."""

    def __init__(self, target: TextIO) -> None:
        self.target = target
        self.failure: OSError | None = None

    @property
    def encoding(self) -> str:
        """The encoding of the stream's characters."""
        return self.target.encoding

    @property
    def errors(self) -> str | None:
        """What the encoding does with unknown characters."""
        return self.target.errors

    def write(self, text: str) -> int:
        """Write a text; from the first failure on, nothing."""
        self._call_unless_failed(lambda: self.target.write(text))
        return len(text)

    def flush(self) -> None:
        """Write what is still buffered."""
        self._call_unless_failed(self.target.flush)

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self.target.isatty()

    def fileno(self) -> int:
        """The stream's number, for libraries that ask."""
        return self.target.fileno()

    def _call_unless_failed(self, step: Callable[[], object]) -> None:
        if self.failure is None:
            try:
                step()
            except OSError as error:
                self.failure = error
                with suppress(OSError, ValueError):  # else Python tries once more at its end, and complains
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self.target.fileno())


class _EscapingStream(Stream):
    """The stream for libraries, whose messages may repeat what was typed; it escapes colours too."""

    def write(self, text: str) -> int:
        if self is sys.stdout and _DROPS.get():
            return len(text)
        return super().write(make_visible(text))


@contextmanager
def drop_library_output() -> Iterator[None]:
    """Drop what a library prints on standard output in this thread, while a command runs.

    Replacing ``sys.stdout`` instead would drop the results that other threads print meanwhile.
    """
    before = _DROPS.set(True)
    try:
        yield
    finally:
        _DROPS.reset(before)


@contextmanager
def standard_streams() -> Iterator[Stream]:
    """Prepare the standard streams while a command runs, and return the one for its result.

    They may be closed (``petitioner >&-``), on a full disk, or in an encoding with few characters, as in Japan.
    """
    _open_closed_streams()
    if isinstance(sys.stdin, TextIOWrapper):
        with suppress(UnsupportedOperation):  # input that was already read from keeps its settings
            sys.stdin.reconfigure(errors="replace")
    before = sys.stdout, sys.stderr
    out, err = map(_wrap_stream, before)
    sys.stdout, sys.stderr = (cast("TextIO", _EscapingStream(cast("TextIO", stream))) for stream in (out, err))
    try:
        yield out
    finally:
        out.flush()
        sys.stdout, sys.stderr = before


def choose_exit_status(out: Stream, status: int) -> int:
    """Return the exit status of a command, or 1 when its result could not be printed.

    The reason is printed too, unless the reader of a pipe has left.
    """
    if out.failure is None:
        return status
    from petitioner.errors import ExitStatus  # noqa: PLC0415 - the help starts more quickly without it

    if out.failure.errno != errno.EPIPE:
        sentence = f"Standard output cannot be written ({out.failure.strerror}), so the result is not shown."
        sys.stderr.write(f"{sentence} What the messages above report was done.\n")
    return status or ExitStatus.FAILED


def find_target(stream: TextIO) -> TextIO:
    """Return the stream below the one for libraries, which accepts colours."""
    return stream.target if isinstance(stream, _EscapingStream) else stream


def _open_closed_streams() -> None:
    """Open closed streams; else the next file that is opened, such as the log, takes their place.

    Writing to them fails, and is reported like a full disk.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)  # noqa: FBT003 - the system's own order
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 - a stream by its number
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115 - as above
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115 - as above


def _wrap_stream(stream: TextIO) -> Stream:
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return Stream(stream)
