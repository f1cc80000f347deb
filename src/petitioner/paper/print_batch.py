"""The packets to print now: their documents, put together so that each can be folded as it comes out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, PdfError

from petitioner.approval.packets import ApprovedPacket
from petitioner.delivery.plan import Plan, ReadBlob, SkippedPacket
from petitioner.errors import PetitionerError, UsageError, suggest
from petitioner.files import digest
from petitioner.log.events import Event
from petitioner.log.kinds import AT_THE_PRINTER, Kind
from petitioner.log.states.packets import ON_PAPER, PacketStatus, State
from petitioner.log.states.recipient_status import RecipientStatus
from petitioner.mail.outgoing import list_documents, read_approved_file

_TREE = (Name.StructParents, Name.Tabs)  # where a page hangs in a tree of tags that stays behind
_SHAPE = (Name.MediaBox, Name.CropBox, Name.Rotate, Name.UserUnit)  # what says how large a page is, and which way up
_HELD = 12  # files that are held: what lies in every packet is read once, and letters are not kept


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """One document of a packet, a letter or an enclosure: a PDF, printed from a sheet of its own on.

    ``read`` gives its bytes, and is called when its turn comes: a run is larger than anybody wants to hold twice.
    """

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class PrintPacket:
    """What goes into one envelope, in its order."""

    reference: str
    title: str
    papers: tuple[PrintDocument, ...]


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """A document in the run: it begins on page ``start``, counted from 1; ``sha256`` is its file's."""

    name: str
    start: int
    pages: int
    sheets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PlacedPacket:
    """A packet in the run, from page ``start`` to page ``end``, blank backs among them."""

    reference: str
    title: str
    start: int
    end: int
    papers: tuple[PlacedDocument, ...]

    @property
    def sheets(self) -> int:
        """How many sheets of paper it takes."""
        return sum(paper.sheets for paper in self.papers)


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A print run: the PDF, and where everything is in it."""

    content: bytes
    duplex: bool
    bundles: tuple[PlacedPacket, ...]

    @property
    def pages(self) -> int:
        """The pages of the PDF, blank ones too."""
        return self.bundles[-1].end if self.bundles else 0

    @property
    def sheets(self) -> int:
        """The sheets of paper that it takes."""
        return sum(bundle.sheets for bundle in self.bundles)


def impose(bundles: Iterable[PrintPacket], *, duplex: bool, title: str) -> PrintRun:
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
    return PrintRun(stream.getvalue(), duplex, placed)


def _place(stack: "_Stack", bundle: PrintPacket) -> PlacedPacket:
    start = len(stack.run.pages) + 1
    papers = []
    for paper in bundle.papers:
        try:
            papers.append(stack.append(paper))
        except PdfError as error:
            hint = "Make it anew, for example by printing it into a PDF; then build and approve again."
            raise PetitionerError(f"{paper.name} for {bundle.reference} cannot be printed: {error}.", hint) from None
    return PlacedPacket(bundle.reference, bundle.title, start, len(stack.run.pages), tuple(papers))


@dataclass(slots=True)
class _Stack:
    """The pages so far; ``seen`` holds those of each document that lies in them, by its hash."""

    run: Pdf
    duplex: bool
    seen: dict[str, tuple[Page, ...]] = field(default_factory=dict)

    def append(self, paper: PrintDocument) -> PlacedDocument:
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
        return PlacedDocument(paper.name, start, pages, sheets, sha256)

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


def _list_marks(placed: Iterable[PlacedPacket]) -> Iterator[OutlineItem]:
    """A bookmark for each packet, with one below it for each document."""
    for bundle in placed:
        mark = OutlineItem(f"{bundle.reference}  {bundle.title}", bundle.start - 1)
        mark.children.extend(OutlineItem(paper.name, paper.start - 1) for paper in bundle.papers)
        yield mark


@dataclass(frozen=True, slots=True)
class PrintItem:
    """A packet to be printed, and its documents; ``before`` is where it stood if it may lie on paper already.

    ``left`` is the entry of a job that may still print what was approved before: the packet was approved anew since,
    and nobody ever heard how that job ended.
    """

    packet: ApprovedPacket
    bundle: PrintPacket
    before: PacketStatus | None = None
    left: Event | None = None

    @property
    def id(self) -> str:
        """The recipient."""
        return self.packet.key.recipient


@dataclass(frozen=True, slots=True)
class PrintBatch:
    """Every packet on paper that is chosen: those to be printed now, and the others with the reason."""

    items: tuple[PrintItem, ...]
    skipped: tuple[SkippedPacket, ...]


def choose_batch(plan: Plan, statuses: Iterable[RecipientStatus], again: tuple[str, ...], read: ReadBlob) -> PrintBatch:
    """What is printed now: whatever goes out on paper and does not lie there yet, and who is named in ``again``.

    Raises UsageError for somebody in ``again`` of whom nothing can be printed, and ``PetitionerError`` for a file that
    the log no longer has.
    """
    stood = {packet.key: packet for status in statuses for packet in status.packets}
    _require_here(again, plan)
    printed = {key: packet for key, packet in stood.items() if packet.state in ON_PAPER}
    planned = [one for one in plan.planned if one.packet.key not in printed or one.packet.key.recipient in again]
    read = lru_cache(_HELD)(read)
    items = tuple(_gather(one.packet, stood.get(one.packet.key), read) for one in planned)
    doubtful = {(key.recipient, key.channel) for key, one in stood.items() if one.state is State.PRINT_IN_DOUBT}
    # Whatever else keeps a packet here, it may lie on paper if that is in doubt.
    skipped = (replace(stay, in_doubt=True) if (stay.id, stay.channel) in doubtful else stay for stay in plan.skipped)
    lying = [printed[one.packet.key] for one in plan.planned if one not in planned]
    return PrintBatch(items, (*skipped, *_explain(lying)))


def find_printing_event(stood: PacketStatus) -> Event | None:
    """The entry of a packet's last job."""
    return next((event for event in reversed(stood.events) if event.kind is Kind.PRINTING), None)


def find_unfinished_job(stood: PacketStatus) -> Event | None:
    """The entry of a packet's last job, if nobody heard how it ended."""
    heard = [event.kind for event in stood.events if event.kind in AT_THE_PRINTER | {Kind.PRINTED}]
    return find_printing_event(stood) if heard and heard[-1] in (Kind.PRINTING, Kind.PRINT_IN_DOUBT) else None


def _require_here(again: Iterable[str], plan: Plan) -> None:
    here = [one.packet.key.recipient for one in plan.planned]
    for id_ in (id_ for id_ in again if id_ not in here):
        stays = [stay for stay in plan.skipped if stay.id == id_]
        why = "; ".join(stay.reason for stay in stays) or "it is not among those who are written to on paper"
        hint = next((stay.hint for stay in stays if stay.hint), "") if stays else suggest(id_, here)
        sentence = f"Nothing of {id_} can be printed again: {why}."
        raise UsageError(sentence, hint or "See what would be printed: petitioner print")


def _gather(packet: ApprovedPacket, stood: PacketStatus | None, read: ReadBlob) -> PrintItem:
    files = tuple(list_documents(packet, ["pdf"]))
    for file in files:
        read_approved_file(file.name, file.sha256, packet, read)  # what is missing is told before anything is printed
    papers = (
        PrintDocument(file.name, partial(read_approved_file, file.name, file.sha256, packet, read)) for file in files
    )
    lies = stood is not None and stood.state in ON_PAPER
    left = find_unfinished_job(stood) if stood and not lies else None
    return PrintItem(packet, PrintPacket(packet.reference, packet.name, tuple(papers)), stood if lies else None, left)


def _explain(lying: Sequence[PacketStatus]) -> Iterator[SkippedPacket]:
    """Why each is not printed now; the same words of all that were printed, so that they are told in one line a day."""
    printed = {stood.key.recipient for stood in lying if stood.state is State.PRINTED}
    for stood in lying:
        told = f"{stood.state} on {stood.since.happened_on}"
        if stood.state is State.PRINTED:
            which, id_ = ("it", stood.key.recipient) if len(printed) == 1 else ("one of them", "ID")
            hint = f"To print {which} once more: petitioner print --again {id_}"
            yield SkippedPacket(stood.key.recipient, told, hint, is_done=True, channel=stood.key.channel)
        else:
            yield _explain_doubt(stood, f"{told} (event {stood.since.id})")


def _explain_doubt(stood: PacketStatus, told: str) -> SkippedPacket:
    id_ = stood.key.recipient
    hint = f"Look at the printer. If it lies there: petitioner log add printed {id_}."
    return SkippedPacket(
        id_,
        told,
        f"{hint} To print it once more: petitioner print --again {id_}",
        in_doubt=True,
        channel=stood.key.channel,
    )
