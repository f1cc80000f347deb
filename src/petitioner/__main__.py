"""Starts the program, as ``petitioner`` and as ``python -m petitioner``."""

import atexit
import gc
import os
import signal
import sys
import threading

_OBJECTS = 500_000
"""New objects between two collections of garbage. With Python's 700, they take a tenth of the time of a short run."""


def main() -> int:
    """Run the command line; while it is still loading, too, an interruption ends without a traceback."""
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)  # else Python looks through all objects once more before it ends
    sys.unraisablehook = _raise_lost_interruption_again
    try:
        from petitioner.cli import main as run  # noqa: PLC0415 - loading it takes most of the time until a command runs

        return run()
    except KeyboardInterrupt:
        os.write(2, b"Interrupted before anything was done.\n")
        return 130


def _raise_lost_interruption_again(lost: "sys.UnraisableHookArgs") -> None:
    """Send SIGINT again when Python dropped it.

    Python can run the handler inside a callback of the garbage collector or of an import.
    There it prints the exception and goes on, so the program would ignore Ctrl-C.
    """
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    main_thread = threading.main_thread().ident or 0
    again = threading.Timer(0.01, signal.pthread_kill, (main_thread, signal.SIGINT))  # after the callback has ended
    again.daemon = True
    again.start()


if __name__ == "__main__":
    sys.exit(main())
