"""Imposition: finished PDFs put one behind the other so that a printer brings out packets ready to be folded.

What is printed is what was approved: pages are taken over as they are, and nothing is set anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from pikepdf import Dictionary, Name, OutlineItem, Pdf

from petitioner.files import digest

_TREE = (Name.StructParents, Name.Tabs)  # where a page hangs in a tree of tags that stays behind


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a packet, a letter or an enclosure: a PDF, printed from a sheet of its own on."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into one envelope, in its order."""

    reference: str
    title: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class PlacedPaper:
    """A document in the run: it begins on page ``start``, counted from 1; ``sha256`` is its file's."""

    name: str
    start: int
    pages: int
    sheets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PlacedBundle:
    """A packet in the run, from page ``start`` to page ``end``, blank backs among them."""

    reference: str
    title: str
    start: int
    end: int
    papers: tuple[PlacedPaper, ...]

    @property
    def sheets(self) -> int:
        """How many sheets of paper it takes."""
        return sum(paper.sheets for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Run:
    """A print run: the PDF, and where everything is in it."""

    content: bytes
    duplex: bool
    bundles: tuple[PlacedBundle, ...]

    @property
    def pages(self) -> int:
        """The pages of the PDF, blank ones too."""
        return self.bundles[-1].end if self.bundles else 0

    @property
    def sheets(self) -> int:
        """The sheets of paper that it takes."""
        return sum(bundle.sheets for bundle in self.bundles)


def impose(bundles: Sequence[Bundle], *, duplex: bool, title: str) -> Run:
    """Put packets one behind the other; printed on both sides, each document begins on the front of a sheet.

    The same bytes for the same documents. The file tells a printer not to scale, and which sides to print on
    (ISO 32000-1, 12.2). Raises ``pikepdf.PdfError`` for a document that cannot be opened.
    """
    with Pdf.new() as run:
        placed = tuple([_place(run, bundle, duplex=duplex) for bundle in bundles])
        _prepare(run, duplex=duplex, title=title)
        with run.open_outline() as outline:
            outline.root.extend(_list_marks(placed))
        stream = BytesIO()
        run.save(stream, deterministic_id=True, min_version="1.7")
    return Run(stream.getvalue(), duplex, placed)


def _place(run: Pdf, bundle: Bundle, *, duplex: bool) -> PlacedBundle:
    start = len(run.pages) + 1
    papers = tuple([_append(run, paper, duplex=duplex) for paper in bundle.papers])
    return PlacedBundle(bundle.reference, bundle.title, start, len(run.pages), papers)


def _append(run: Pdf, paper: Paper, *, duplex: bool) -> PlacedPaper:
    start = len(run.pages) + 1
    with Pdf.open(BytesIO(paper.content)) as document:
        pages = len(document.pages)
        run.pages.extend(document.pages)
    for page in run.pages[start - 1 :]:
        for key in _TREE:
            if key in page.obj:
                del page.obj[key]
    if duplex and pages % 2:
        _, _, width, height = run.pages[-1].mediabox
        run.add_blank_page(page_size=(float(width), float(height)))
    sheets = -(-pages // 2) if duplex else pages
    return PlacedPaper(paper.name, start, pages, sheets, digest(paper.content))


def _prepare(run: Pdf, *, duplex: bool, title: str) -> None:
    sides = Name.DuplexFlipLongEdge if duplex else Name.Simplex
    run.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"), Duplex=sides, DisplayDocTitle=True)
    run.Root.PageMode = Name.UseOutlines
    run.docinfo[Name.Title] = title


def _list_marks(placed: Iterable[PlacedBundle]) -> Iterator[OutlineItem]:
    """A bookmark for each packet, with one below it for each document."""
    for bundle in placed:
        mark = OutlineItem(f"{bundle.reference}  {bundle.title}", bundle.start - 1)
        mark.children.extend(OutlineItem(paper.name, paper.start - 1) for paper in bundle.papers)
        yield mark
