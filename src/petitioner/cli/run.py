"""The run of a command, and the one place where every error ends."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import typer

from petitioner.errors import ExitStatus, PetitionerError, QuitError, WorkspaceError
from petitioner.terminal import Terminal

INTERRUPTED = "Interrupted. What was finished is whole."
"""The message when an interrupted command has nothing more exact to report."""

_LOGGER = logging.getLogger("petitioner")


def run_and_exit(terminal: Terminal, body: Callable[[], int], *, verbose: bool) -> None:
    """Run a command, report its errors, and exit with its status."""
    with _show_details(terminal) if verbose else nullcontext():
        try:
            status = body()
        except PetitionerError as error:
            if isinstance(error, WorkspaceError):
                terminal.report(error.problems)
            terminal.report_error(error)
            status = error.exit_status
            _LOGGER.debug("The error came from here:", exc_info=True)
        except QuitError:
            terminal.say("You quit. Nothing more was done.")
            status = ExitStatus.FAILED
        except KeyboardInterrupt:
            terminal.say(INTERRUPTED)
            status = ExitStatus.INTERRUPTED
    raise typer.Exit(status)


@contextmanager
def _show_details(terminal: Terminal) -> Iterator[None]:
    """Show what the program logs while a command runs, each line after its time."""
    handler = _Details(terminal)
    handler.setFormatter(logging.Formatter("%(relativeCreated)6d ms  %(message)s"))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        _LOGGER.removeHandler(handler)
        _LOGGER.setLevel(logging.NOTSET)


class _Details(logging.Handler):
    """Writes log lines to the terminal, which escapes control characters."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, or a traceback below it."""
        self._terminal.show_detail(self.format(record))
