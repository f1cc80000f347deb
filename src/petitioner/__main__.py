"""Starts the program, as ``petitioner`` and as ``python -m petitioner``."""

import os
import sys


def main() -> int:
    """Run the command line; while it is still loading, too, an interruption ends without a traceback."""
    try:
        from petitioner.cli import main as run  # noqa: PLC0415 - loading it takes most of the time until a command runs

        return run()
    except KeyboardInterrupt:
        os.write(2, b"Interrupted before anything was done.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
