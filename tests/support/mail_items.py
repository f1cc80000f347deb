"""What the tests of envelopes, labels and windows share: real mail items, and pages measured by PDFium."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2

from conftest import NOW, WorkspaceCopy
from petitioner.checks.pages.box import Box
from petitioner.checks.pages.pdf_reader import Page, read_pages
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, load_and_check
from petitioner.commands.print_files import make_text_measure
from petitioner.model.theme import Theme
from petitioner.paper.address_lines import MailItem, MeasureText, make_mail_item

MM = 72 / 25.4
_ROOT = Path(__file__).parents[2]
_WORKSPACES = {
    "real": _ROOT,
    "seoul": _ROOT / "examples/seoul",
    "showcase": _ROOT / "examples/showcase",
    "five-languages": _ROOT / "examples/five-languages",
}


@dataclass(frozen=True)
class Mail:
    """A workspace that was read, and what its packets go in."""

    found: CheckedWorkspace
    theme: Theme
    country: str
    items: tuple[MailItem, ...]
    measure: MeasureText


@cache
def mail_of(example: str) -> Mail:
    """All pieces of one of this repository's own workspaces as it stands; it is read once."""
    return _gather(_WORKSPACES[example])


def gather_mail(workspace: WorkspaceCopy) -> Mail:
    """All pieces of a workspace, whether they are approved or not."""
    return _gather(workspace.folder)


def _gather(folder: Path) -> Mail:
    found = load_and_check(Scope(folder, None, NOW))
    campaign, theme = found.require()
    letters = {who.id: [one for one in found.letters if one.recipient == who.id] for who in found.workspace.written_to}
    items = tuple(make_mail_item(who, campaign, letters[who.id]) for who in found.workspace.written_to)
    return Mail(found, theme, campaign.sender.country, items, make_text_measure(theme))


def approve_all(workspace: WorkspaceCopy) -> None:
    """Build and approve everything in the small workspace."""
    workspace.build()
    accept = ("--unread", "en", "--unread", "ja", "--unverified", "jp-tokyo", "--unverified", "jp-osaka")
    ending = workspace.run("approve", "--yes", *accept)
    assert ending.status == 0, ending.err


def list_things(page: Page) -> Iterator[tuple[str, Box]]:
    """Everything on a page that leaves ink: words, and lines or surfaces."""
    yield from ((run.text, run.box) for run in page.runs if run.text.strip())
    yield from (("a line", box) for box in page.surfaces)


def squeeze(text: str) -> str:
    """A text without blanks, which PDFs hold as they like."""
    return "".join(text.split())


def read_words(page: Page) -> str:
    """All words of a page, without blanks."""
    return squeeze("".join(run.text for run in page.runs))


@cache
def read(content: bytes) -> tuple[Page, ...]:
    """The pages of a PDF; the same one is asked about more than once."""
    return read_pages(content)


def take_picture(content: bytes, page: int, dpi: int = 200) -> object:
    """A page as a scanner sees it."""
    with pypdfium2.PdfDocument(content) as pdf:
        return pdf[page].render(scale=dpi / 72).to_pil()


def around(box: Box, line: float = 0.2) -> Box:
    """What PDFium gives for the outline of a box: it reckons the whole width of a stroke to each side."""
    return Box(box.left - line, box.top - line, box.right + line, box.bottom + line)
