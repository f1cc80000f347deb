"""How much is tried: what `make test` has time for, or as much as `make torture` takes."""

import os

IS_LONG = "PETITIONER_TORTURE" in os.environ
"""Whether the long forms run."""
