"""What a running build keeps beside its files: a lock, and a journal of files that the manifest does not list yet."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import RawIOBase
from pathlib import Path

from petitioner.build.manifest import ManifestEntry, parse_entry, read_built_file
from petitioner.errors import PetitionerError
from petitioner.files import digest, hold_folder_lock, read_regular_file

JOURNAL_NAME = ".building.jsonl"


@contextmanager
def hold_build_lock(folder: Path, shown: str) -> Iterator[None]:
    """Lock ``folder``, such as ``out/2027``, against other builds. Raises ``PetitionerError`` if one is running.

    Two builds would remove each other's temporary files, and each would take the files of the other for a person's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with hold_folder_lock(folder) as is_ours:
        if not is_ours:
            hint = "Nothing was made. Wait until it has ended, then run the same command again."
            raise PetitionerError(f"Another build is making the letters in {shown}.", hint)
        yield


class Journal:
    """The files that a build has made, each noted before it appears. It is removed once the manifest lists them.

    So the next build knows the files of one that was killed from those that a person changed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / JOURNAL_NAME
        self._stream: RawIOBase | None = None

    def read(self) -> Iterator[tuple[str, ManifestEntry]]:
        """Yield the files that a build noted which did not end, if they are still as it made them."""
        try:
            lines = read_regular_file(self._path).splitlines()
        except OSError:
            return
        for line in lines:
            try:
                path, described = json.loads(line)
                entry = parse_entry(path, **described)
            except (ValueError, TypeError, AttributeError, RecursionError):
                continue  # the last line may be half written
            content = read_built_file(self._folder / path)
            if content is not None and digest(content) == entry.sha256:
                yield path, entry

    def note(self, path: str, entry: ManifestEntry) -> None:
        """Note a file before it is written. Raises ``OSError``."""
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._path.open("ab", buffering=0)
        self._stream.write(f"{json.dumps([path, asdict(entry)])}\n".encode())

    def close(self) -> None:
        """End the notes of this build."""
        if self._stream:
            self._stream.close()
            self._stream = None

    def remove(self) -> None:
        """Remove the journal. Raises ``OSError``."""
        if self._path.exists():  # on a medium that cannot be written, even what is missing cannot be removed
            self._path.unlink()
