"""The pages of letters as pictures, drawn from the same PDF that is sent, and kept by the digest of their content."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from petitioner.build.formats import compute_key
from petitioner.build.letter_files import LetterMaker, Task
from petitioner.build.manifest import locate_output, read_manifest
from petitioner.checks.pages.picture import draw_pages
from petitioner.errors import PetitionerError
from petitioner.files import digest, find_link, read_regular_file
from petitioner.inputs.letters import NOTE
from petitioner.model.letter import Letter
from petitioner.review.live import Snapshot
from petitioner.tables.locales import load_locales

_MOST = 200  # pictures in memory, each of some 100 KB


@dataclass(slots=True)
class Pictures:
    """Draws letters, one at a time (``lock``), and keeps the last ones."""

    lock: threading.RLock
    _kept: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    def draw(self, snapshot: Snapshot, letter: Letter) -> bytes:
        """Return the pages of a letter as a PNG. Raises ``PetitionerError`` for a letter that cannot be set."""
        key = find_key(snapshot, letter)
        if kept := self._kept.get(key):
            return kept
        with self.lock:
            if kept := self._kept.get(key):
                return kept
            drawn = draw_pages(_read_built(snapshot, letter, key) or _make_pdf(snapshot, letter))
            self._kept[key] = drawn
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return drawn


def find_key(snapshot: Snapshot, letter: Letter) -> str:
    """Return the hash of all that determines the pages of a letter."""
    return compute_key(letter, snapshot.checked.workspace.theme, load_locales()[letter.language])


def has_pages(letter: Letter) -> bool:
    """Whether a letter is set on pages, which the covering note of an e-mail is not."""
    return letter.stem != NOTE


def _read_built(snapshot: Snapshot, letter: Letter, key: str) -> bytes | None:
    """Return the built PDF, if it has the present content and is unchanged."""
    folder = locate_output(snapshot.context.folder, snapshot.context.campaign.folder)
    path = f"{letter.file_stem}.pdf"
    entry = read_manifest(folder)[0].get(path)
    if entry is None or entry.key != key or find_link(folder, letter.recipient):
        return None
    try:
        content = read_regular_file(folder / path)
    except OSError:
        return None
    return content if digest(content) == entry.sha256 else None


def _make_pdf(snapshot: Snapshot, letter: Letter) -> bytes:
    """Set the letter as the build does, in memory."""
    made = LetterMaker(snapshot.checked.workspace.theme, "").make(Task(letter, frozenset({"pdf"})))
    if content := made.contents.get("pdf"):
        return content
    faults = [str(problem) for found in made.problems.values() for problem in found]
    raise PetitionerError(f"The pages cannot be made: {'; '.join(faults)}", "Run: petitioner check")
