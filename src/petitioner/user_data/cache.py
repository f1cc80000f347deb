"""A cache in the user's cache folder: one JSON file for each workspace and kind of value.

The first line of a file is the hash of the rest. The caller must compare the inputs of a value with the present ones.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from petitioner.files import digest, read_regular_file, write_atomically
from petitioner.inputs.settings import locate_cache
from petitioner.user_data.logs import format_folder

REFUSED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""The exceptions that a value of another version or of somebody else may cause."""


def read_cached(kind: str, folder: Path) -> Any:  # noqa: ANN401 - JSON of any form
    """Return the value of a kind for a workspace; None if there is none, or its file is damaged."""
    with suppress(*REFUSED):
        hash_, _, body = read_regular_file(_locate(kind, folder)).partition(b"\n")
        if hash_.decode("ascii") == digest(body):
            return json.loads(body)
    return None


def write_cached(kind: str, folder: Path, value: object) -> None:
    """Keep a value for a workspace, if that is possible."""
    with suppress(*REFUSED):
        body = json.dumps(value, ensure_ascii=False).encode()
        write_atomically(_locate(kind, folder), b"\n".join((digest(body).encode(), body)), private=True)


def _locate(kind: str, folder: Path) -> Path:
    return locate_cache() / kind / f"{digest(format_folder(folder).encode())[:16]}.json"
