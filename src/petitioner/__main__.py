"""Lets ``python -m petitioner`` do what the ``petitioner`` command does."""

import sys

from petitioner.cli import main

if __name__ == "__main__":
    sys.exit(main())
