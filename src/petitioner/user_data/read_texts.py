"""The texts that native readers have read, kept by their digests, to show later changes.

They decide nothing: the digest in a text's file says whether the text is read.
"""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from petitioner.files import read_regular_file, write_atomically
from petitioner.inputs.settings import locate_data

_DIGEST = re.compile(r"[0-9a-f]{8,64}")


def remember_text(digest: str, lines: Sequence[str]) -> None:
    """Keep the lines of a text. If that is not possible, a later change is not shown, and nothing else is lost."""
    with suppress(OSError):
        write_atomically(_locate(digest), json.dumps(list(lines), ensure_ascii=False).encode(), private=True)


def recall_text(digest: str) -> tuple[str, ...] | None:
    """Return the lines of a text that was read on this computer, or None."""
    if not _DIGEST.fullmatch(digest):  # it is from a file that a person wrote
        return None
    try:
        lines = json.loads(read_regular_file(_locate(digest)))
        return tuple(map(str, lines)) if isinstance(lines, list) else None
    except (OSError, ValueError, RecursionError):
        return None


def _locate(digest: str) -> Path:
    return locate_data() / "read-texts" / f"{digest}.json"
