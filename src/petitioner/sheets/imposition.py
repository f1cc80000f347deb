"""Imposition: finished PDFs put one behind the other so that a printer brings out packets ready to be folded.

What is printed is what was approved: pages are taken over as they are, and nothing is set anew.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, PdfError

from petitioner.errors import PetitionerError
from petitioner.files import digest

_TREE = (Name.StructParents, Name.Tabs)  # where a page hangs in a tree of tags that stays behind
_SHAPE = (Name.MediaBox, Name.CropBox, Name.Rotate, Name.UserUnit)  # what says how large a page is, and which way up


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a packet, a letter or an enclosure: a PDF, printed from a sheet of its own on.

    ``read`` gives its bytes, and is called when its turn comes: a run is larger than anybody wants to hold twice.
    """

    name: str
    read: Callable[[], bytes]


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


def impose(bundles: Iterable[Bundle], *, duplex: bool, title: str) -> Run:
    """Put packets one behind the other; printed on both sides, each document begins on the front of a sheet.

    The same bytes for the same documents; one that lies in many packets is in the file once. The file tells a printer
    not to scale, and which sides to print on (ISO 32000-1, 12.2). Raises ``PetitionerError`` for a document that cannot
    be opened.
    """
    with Pdf.new() as run:
        stack = _Stack(run, duplex=duplex)
        placed = tuple([_place(stack, bundle) for bundle in bundles])
        sides = Name.DuplexFlipLongEdge if duplex else Name.Simplex
        run.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"), Duplex=sides, DisplayDocTitle=True)
        run.Root.PageMode = Name.UseOutlines
        run.docinfo[Name.Title] = title
        with run.open_outline() as outline:
            outline.root.extend(_list_marks(placed))
        stream = BytesIO()
        run.save(stream, deterministic_id=True, min_version="1.7")
    return Run(stream.getvalue(), duplex, placed)


def _place(stack: "_Stack", bundle: Bundle) -> PlacedBundle:
    start = len(stack.run.pages) + 1
    papers = []
    for paper in bundle.papers:
        try:
            papers.append(stack.append(paper))
        except PdfError as error:
            hint = "Make it anew, for example by printing it into a PDF; then build and approve again."
            raise PetitionerError(f"{paper.name} for {bundle.reference} cannot be printed: {error}.", hint) from None
    return PlacedBundle(bundle.reference, bundle.title, start, len(stack.run.pages), tuple(papers))


@dataclass(slots=True)
class _Stack:
    """The pages so far; ``seen`` holds those of each document that lies in them, by its hash."""

    run: Pdf
    duplex: bool
    seen: dict[str, tuple[Page, ...]] = field(default_factory=dict)

    def append(self, paper: Paper) -> PlacedPaper:
        """Put a document behind the others, and a blank back behind it where it needs one."""
        start, content = len(self.run.pages) + 1, paper.read()
        sha256 = digest(content)
        if sha256 in self.seen:
            self.run.pages.extend(self.seen[sha256])
        else:
            self._take_over(content)
            self.seen[sha256] = tuple(self.run.pages[start - 1 :])
        pages = len(self.run.pages) + 1 - start
        if self.duplex and pages % 2:
            self.run.pages.append(_make_back(self.run, self.run.pages[-1]))
        sheets = -(-pages // 2) if self.duplex else pages
        return PlacedPaper(paper.name, start, pages, sheets, sha256)

    def _take_over(self, content: bytes) -> None:
        """The pages of a document as it shows them, with what was filled into its forms."""
        first = len(self.run.pages)
        with Pdf.open(BytesIO(content)) as document:
            self.run.add_pages_from(document)
            if Name.OCProperties in document.Root:
                layers = document.make_indirect(document.Root.OCProperties)
                _keep_layers(self.run, self.run.copy_foreign(layers))
        for page in self.run.pages[first:]:
            for key in _TREE:
                if key in page.obj:
                    del page.obj[key]


def _make_back(run: Pdf, front: Page) -> Page:
    """A blank page of the same shape, the same way up."""
    back = Dictionary(Type=Name.Page, Resources=Dictionary(), Contents=run.make_stream(b""))
    for key in _SHAPE:
        if key in front.obj:
            back[key] = front.obj[key]
    return Page(run.make_indirect(back))


def _keep_layers(run: Pdf, layers: Object) -> None:
    """Let layers that a document does not show, or does not print, stay so (ISO 32000-1, 8.11.4)."""
    if Name.OCProperties not in run.Root:
        run.Root.OCProperties = Dictionary(OCGs=Array(), D=Dictionary(OFF=Array(), AS=Array()))
    kept, usual = run.Root.OCProperties, layers.get(Name.D, Dictionary())
    groups = layers.get(Name.OCGs, Array())
    shown = {group.objgen for group in usual.get(Name.ON, Array())}
    begins_hidden = usual.get(Name.BaseState) == Name.OFF
    hidden = [group for group in groups if begins_hidden and group.objgen not in shown] + list(usual.get(Name.OFF, []))
    kept.OCGs.extend(groups)
    kept.D.OFF.extend(hidden)
    kept.D.AS.extend(usual.get(Name.AS, Array()))


def _list_marks(placed: Iterable[PlacedBundle]) -> Iterator[OutlineItem]:
    """A bookmark for each packet, with one below it for each document."""
    for bundle in placed:
        mark = OutlineItem(f"{bundle.reference}  {bundle.title}", bundle.start - 1)
        mark.children.extend(OutlineItem(paper.name, paper.start - 1) for paper in bundle.papers)
        yield mark
