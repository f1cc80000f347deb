"""Keep the files that were read before, so that only the differences of similar files are read."""

from petitioner.checks.pages.docx_pieces import read_docx_in_pieces
from petitioner.checks.pages.docx_reader import read_docx
from petitioner.checks.pages.finished import Readers
from petitioner.checks.pages.pdf_shapes import KnownPages


class KnownFiles:
    """The files that were read last by a process."""

    def __init__(self) -> None:
        self._pages = KnownPages()

    def choose_readers(self, *, in_full: bool) -> Readers:
        """Return readers that use the known files, or with ``in_full`` only remember the files that they read."""
        if in_full:
            return Readers(self._pages.read_in_full, read_docx)
        return Readers(self._pages.read, read_docx_in_pieces)
