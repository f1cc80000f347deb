"""Starts the program, as ``petitioner`` and as ``python -m petitioner``."""

import atexit
import gc
import os
import signal
import sys
import threading
from contextlib import suppress

_OBJECTS = 500_000
"""New objects between two collections of garbage. With Python's 700, they take a tenth of the time of a short run."""

_VALUES = 65_536
"""The size of the stack of the first function, in values.

Python then has half a megabyte for the stacks of all functions that it calls. Otherwise it asks the system for 16 kB
and gives them back, again and again, if a loop calls functions at the end of such a part.
"""


def main() -> int:
    """Run the command line; while it is still loading, too, an interruption ends without a traceback."""
    gc.set_threshold(_OBJECTS)
    ended: list[int] = []
    atexit.register(_end_at_once, ended)  # the first to be registered is the last to be called
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to look for them in all libraries takes long
    sys.unraisablehook = _raise_lost_interruption_again
    try:
        from petitioner.cli import main as run  # noqa: PLC0415 - loading it takes most of the time until a command runs

        ended.append(run())
        return ended[0]
    except KeyboardInterrupt:
        os.write(2, b"Interrupted before anything was done.\n")
        return 130


main.__code__ = main.__code__.replace(co_stacksize=_VALUES)


def _end_at_once(ended: list[int]) -> None:
    """End with the status in ``ended``. Python would look through all objects and take them apart first.

    Without a status, or if a stream cannot be written, Python ends as usual, and says why.
    """
    gc.freeze()
    if ended:
        with suppress(AttributeError, OSError, ValueError):  # a stream that is missing, fails or is closed
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(ended[0])


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
