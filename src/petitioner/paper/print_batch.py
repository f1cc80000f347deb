"""Choose the packets to print, and combine their documents into one PDF in the order of the envelopes."""

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
from petitioner.paper.shared_fonts import share_fonts

_TAG_KEYS = (Name.StructParents, Name.Tabs)  # a page's links into the tag tree, which is not copied
_SIZE_KEYS = (Name.MediaBox, Name.CropBox, Name.Rotate, Name.UserUnit)  # the size and rotation of a page
_CACHED_FILES = 12  # enough for the enclosures of every packet; letters are read once each


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """One document of a packet, a letter or an enclosure: a PDF that begins on a new sheet.

    ``read`` returns its bytes; it is called late, since a whole run is too large to hold twice in memory.
    """

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class PrintPacket:
    """The documents for one envelope, in their order."""

    reference: str
    title: str
    documents: tuple[PrintDocument, ...]


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """The position of a document in the run, from page ``start``, counted from 1; ``sha256`` is that of its file."""

    name: str
    start: int
    pages: int
    sheets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PlacedPacket:
    """The position of a packet in the run, from page ``start`` to page ``end``, with blank backs."""

    reference: str
    title: str
    start: int
    end: int
    documents: tuple[PlacedDocument, ...]

    @property
    def sheets(self) -> int:
        """The number of sheets of the packet."""
        return sum(document.sheets for document in self.documents)


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A print run: the PDF, and the position of each packet in it."""

    content: bytes
    duplex: bool
    packets: tuple[PlacedPacket, ...]

    @property
    def pages(self) -> int:
        """The number of pages of the PDF, with blank ones."""
        return self.packets[-1].end if self.packets else 0

    @property
    def sheets(self) -> int:
        """The number of sheets of the run."""
        return sum(packet.sheets for packet in self.packets)


def impose(packets: Iterable[PrintPacket], *, duplex: bool, title: str) -> PrintRun:
    """Combine packets into one PDF; with ``duplex``, each document begins on the front of a sheet.

    The same bytes for the same documents; a document of many packets is stored once, and so is a font. The PDF asks
    printers not to scale, and for the sides to print on (ISO 32000-1, 12.2). Raises ``PetitionerError`` for a document
    that cannot be opened.
    """
    with Pdf.new() as run:
        imposition = _Imposition(run, duplex=duplex)
        placed = tuple([_place_packet(imposition, packet) for packet in packets])
        sides = Name.DuplexFlipLongEdge if duplex else Name.Simplex
        run.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"), Duplex=sides, DisplayDocTitle=True)
        run.Root.PageMode = Name.UseOutlines
        run.docinfo[Name.Title] = title
        with run.open_outline() as outline:
            outline.root.extend(_list_bookmarks(placed))
        share_fonts(run)
        stream = BytesIO()
        run.save(stream, deterministic_id=True, min_version="1.7")
    return PrintRun(stream.getvalue(), duplex, placed)


def _place_packet(imposition: "_Imposition", packet: PrintPacket) -> PlacedPacket:
    start = len(imposition.run.pages) + 1
    documents = []
    for document in packet.documents:
        try:
            documents.append(imposition.append(document))
        except PdfError as error:
            hint = "Make it again, for example by printing it into a PDF; then build and approve again."
            raise PetitionerError(f"{document.name} for {packet.reference} cannot be printed: {error}.", hint) from None
    return PlacedPacket(packet.reference, packet.title, start, len(imposition.run.pages), tuple(documents))


@dataclass(slots=True)
class _Imposition:
    """A print run in progress; ``seen`` are the pages of each document by its hash."""

    run: Pdf
    duplex: bool
    seen: dict[str, tuple[Page, ...]] = field(default_factory=dict)

    def append(self, document: PrintDocument) -> PlacedDocument:
        """Add a document, and a blank back where it needs one."""
        start, content = len(self.run.pages) + 1, document.read()
        sha256 = digest(content)
        if sha256 in self.seen:
            self.run.pages.extend(self.seen[sha256])
        else:
            self._copy_pages(content)
            self.seen[sha256] = tuple(self.run.pages[start - 1 :])
        pages = len(self.run.pages) + 1 - start
        if self.duplex and pages % 2:
            self.run.pages.append(_make_blank_page(self.run, self.run.pages[-1]))
        sheets = -(-pages // 2) if self.duplex else pages
        return PlacedDocument(document.name, start, pages, sheets, sha256)

    def _copy_pages(self, content: bytes) -> None:
        """Copy the pages of a document, with its form fields and layers."""
        first = len(self.run.pages)
        with Pdf.open(BytesIO(content)) as document:
            self.run.add_pages_from(document)
            if Name.OCProperties in document.Root:
                layers = document.make_indirect(document.Root.OCProperties)
                _copy_layers(self.run, self.run.copy_foreign(layers))
        for page in self.run.pages[first:]:
            for key in _TAG_KEYS:
                if key in page.obj:
                    del page.obj[key]


def _make_blank_page(run: Pdf, front: Page) -> Page:
    """Make a blank page of the same size and rotation."""
    back = Dictionary(Type=Name.Page, Resources=Dictionary(), Contents=run.make_stream(b""))
    for key in _SIZE_KEYS:
        if key in front.obj:
            back[key] = front.obj[key]
    return Page(run.make_indirect(back))


def _copy_layers(run: Pdf, layers: Object) -> None:
    """Add a document's layers to the run, and keep its hidden layers hidden (ISO 32000-1, 8.11.4)."""
    if Name.OCProperties not in run.Root:
        run.Root.OCProperties = Dictionary(OCGs=Array(), D=Dictionary(OFF=Array(), AS=Array()))
    properties, default = run.Root.OCProperties, layers.get(Name.D, Dictionary())
    groups = layers.get(Name.OCGs, Array())
    shown = {group.objgen for group in default.get(Name.ON, Array())}
    is_off = default.get(Name.BaseState) == Name.OFF
    hidden = [*(group for group in groups if is_off and group.objgen not in shown), *default.get(Name.OFF, [])]
    properties.OCGs.extend(groups)
    properties.D.OFF.extend(hidden)
    properties.D.AS.extend(default.get(Name.AS, Array()))


def _list_bookmarks(placed: Iterable[PlacedPacket]) -> Iterator[OutlineItem]:
    """Yield a bookmark for each packet, with one below it for each document."""
    for packet in placed:
        bookmark = OutlineItem(f"{packet.reference}  {packet.title}", packet.start - 1)
        bookmark.children.extend(OutlineItem(document.name, document.start - 1) for document in packet.documents)
        yield bookmark


@dataclass(frozen=True, slots=True)
class PrintItem:
    """A packet to print, with its documents; ``before`` is its state in the log if it may be printed already.

    ``left`` is the event of an unfinished job that may still print the content of an earlier approval.
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
    """All chosen packets on paper: those to print now, and the others with the reason."""

    items: tuple[PrintItem, ...]
    skipped: tuple[SkippedPacket, ...]


def choose_batch(plan: Plan, statuses: Iterable[RecipientStatus], again: tuple[str, ...], read: ReadBlob) -> PrintBatch:
    """Choose the packets to print now: those not printed yet, and the recipients in ``again``.

    Raises UsageError for a recipient in ``again`` without anything to print, and ``PetitionerError`` for a file that
    the log no longer has.
    """
    statuses_by_key = {packet.key: packet for recipient_status in statuses for packet in recipient_status.packets}
    _require_printable(again, plan)
    printed = {key: packet for key, packet in statuses_by_key.items() if packet.state in ON_PAPER}
    planned = [one for one in plan.planned if one.packet.key not in printed or one.packet.key.recipient in again]
    read = lru_cache(_CACHED_FILES)(read)
    items = tuple(_make_item(one.packet, statuses_by_key.get(one.packet.key), read) for one in planned)
    doubtful = {
        (key.recipient, key.channel) for key, one in statuses_by_key.items() if one.state is State.PRINT_IN_DOUBT
    }
    # A packet that is skipped for another reason may also be printed, if that is in doubt.
    others = plan.skipped
    skipped = (replace(one, in_doubt=True) if (one.id, one.channel) in doubtful else one for one in others)
    printed_before = [printed[one.packet.key] for one in plan.planned if one not in planned]
    return PrintBatch(items, (*skipped, *_explain_printed(printed_before)))


def find_printing_event(status: PacketStatus) -> Event | None:
    """Return the event of a packet's last job."""
    return next((event for event in reversed(status.events) if event.kind is Kind.PRINTING), None)


def find_unfinished_job(status: PacketStatus) -> Event | None:
    """Return the event of a packet's last job, if its end is unknown."""
    kinds = [event.kind for event in status.events if event.kind in AT_THE_PRINTER | {Kind.PRINTED}]
    return find_printing_event(status) if kinds and kinds[-1] in (Kind.PRINTING, Kind.PRINT_IN_DOUBT) else None


def _require_printable(again: Iterable[str], plan: Plan) -> None:
    """Raise ``UsageError`` if a recipient of ``--again`` has nothing that can be printed."""
    printable = [one.packet.key.recipient for one in plan.planned]
    for id_ in (id_ for id_ in again if id_ not in printable):
        skipped = [packet for packet in plan.skipped if packet.id == id_]
        reason = "; ".join(packet.reason for packet in skipped) or "it is not among those who are written to on paper"
        hint = next((packet.hint for packet in skipped if packet.hint), "") if skipped else suggest(id_, printable)
        message = f"Nothing of {id_} can be printed again: {reason}."
        raise UsageError(message, hint or "See what would be printed: petitioner print")


def _make_item(packet: ApprovedPacket, status: PacketStatus | None, read: ReadBlob) -> PrintItem:
    files = tuple(list_documents(packet, ["pdf"]))
    for file in files:
        read_approved_file(file.name, file.sha256, packet, read)  # report a missing file before anything is printed
    documents = (
        PrintDocument(file.name, partial(read_approved_file, file.name, file.sha256, packet, read)) for file in files
    )
    is_printed = status is not None and status.state in ON_PAPER
    left = find_unfinished_job(status) if status and not is_printed else None
    return PrintItem(
        packet, PrintPacket(packet.reference, packet.name, tuple(documents)), status if is_printed else None, left
    )


def _explain_printed(printed_before: Sequence[PacketStatus]) -> Iterator[SkippedPacket]:
    """Yield the reasons why packets are not printed now; the same text for all printed on one day."""
    printed = {status.key.recipient for status in printed_before if status.state is State.PRINTED}
    for status in printed_before:
        reason = f"{status.state} on {status.since.happened_on}"
        if status.state is State.PRINTED:
            which, id_ = ("it", status.key.recipient) if len(printed) == 1 else ("one of them", "ID")
            hint = f"To print {which} once more: petitioner print --again {id_}"
            yield SkippedPacket(status.key.recipient, reason, hint, is_done=True, channel=status.key.channel)
        else:
            yield _explain_doubt(status, f"{reason} (event {status.since.id})")


def _explain_doubt(status: PacketStatus, reason: str) -> SkippedPacket:
    id_ = status.key.recipient
    hint = f"Look at the printer. If it is there: petitioner log add printed {id_}."
    return SkippedPacket(
        id_,
        reason,
        f"{hint} To print it once more: petitioner print --again {id_}",
        in_doubt=True,
        channel=status.key.channel,
    )
