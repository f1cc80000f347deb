"""Where what is printed is put, and how it comes there: whole, beside the letters or where a person says."""

from collections.abc import Callable
from pathlib import Path

from petitioner.errors import PetitionerError, UsageError
from petitioner.files import find_link, write_atomically
from petitioner.model.recipient import PRINTS
from petitioner.production.manifest import OUT, locate, require_no_link
from petitioner.renderers import RenderError
from petitioner.workspace import LETTERS as SOURCES

LETTERS, COVER, ENVELOPES, LABELS, DELIVERIES = "letters", "cover", "envelopes", "labels", "deliveries"
"""The names of what is printed from what is approved."""


def place_print(folder: Path, campaign: str, name: str, to: Path | None = None) -> Path:
    """The file for a PDF: ``to``, or ``out/2027/print/NAME.pdf``.

    Raises UsageError for another ending, and for a place where letters are, and what they are made from; WorkspaceError
    when ``out/2027/print`` is a link.
    """
    own = locate(folder, campaign) / PRINTS
    path = to or find_print(folder, campaign, name)
    if to is None:
        require_no_link(folder, campaign, PRINTS)
    taken = [one.resolve() for one in (folder / SOURCES, folder / OUT)]
    is_inside = any(path.resolve().is_relative_to(one) for one in taken)
    if is_inside and not path.resolve().is_relative_to(own.resolve()):
        raise UsageError(f"{path} lies among the letters, and could take the place of one.", "Name another: --to FILE")
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path} does not end in .pdf.", f"Name it so: --to {path.with_suffix('.pdf')}")
    return path


def find_print(folder: Path, campaign: str, name: str) -> Path:
    """Where a PDF lies that was made without another place for it."""
    return locate(folder, campaign) / PRINTS / f"{name}.pdf"


def clear_prints(
    folder: Path, campaign: str, names: tuple[str, ...] = (LETTERS, COVER, ENVELOPES, LABELS, DELIVERIES)
) -> bool:
    """Take away what was made before, lest it be printed in the place of what is approved now; whether any was there.

    Raises ``PetitionerError`` for a file that cannot be taken away.
    """
    if find_link(folder, OUT, campaign, PRINTS):
        return False  # nothing was ever made there
    there = [path for path in (find_print(folder, campaign, name) for name in names) if path.exists()]
    for path in there:
        try:
            path.unlink()
        except OSError as error:
            sentence = f"{shorten(path, folder)} is no longer what is approved, and cannot be taken away"
            raise PetitionerError(f"{sentence} ({error.strerror}).", "Remove it, and do not print it.") from None
    return bool(there)


def write_print(path: Path, render: Callable[[], bytes], hint: str = "Name another: --to FILE") -> bytes:
    """Make pages, and write them. Raises ``PetitionerError`` with ``hint`` for what cannot be written, or be set."""
    try:
        content = render()
        write_atomically(path, content)
    except RenderError as error:
        more = "petitioner check tells more of fonts and of the words."
        raise PetitionerError(f"These pages cannot be set: {error}.", more) from error
    except OSError as error:
        raise PetitionerError(f"{path} cannot be written ({error.strerror}).", hint) from None
    return content


def shorten(path: Path, folder: Path) -> str:
    """A path as it is told: from the workspace on, where it lies in it."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
