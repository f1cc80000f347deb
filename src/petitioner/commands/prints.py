"""Where what is printed is put, and how it comes there: whole, beside the letters or where a person says."""

from collections.abc import Callable
from pathlib import Path

from petitioner.errors import PetitionerError, UsageError
from petitioner.files import write_atomically
from petitioner.production.manifest import locate
from petitioner.renderers import RenderError

LETTERS = "letters"
"""The name of the print run."""

_FOLDER = "print"


def place_print(folder: Path, campaign: str, name: str, to: Path | None = None) -> Path:
    """The file for a PDF: ``to``, or ``out/2027/print/NAME.pdf``. Raises UsageError for another ending."""
    path = to or locate(folder, campaign) / _FOLDER / f"{name}.pdf"
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path} does not end in .pdf.", f"Name it so: --to {path.with_suffix('.pdf')}")
    return path


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
