"""A letter: its template, and the letter that one recipient gets in one language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from petitioner.model.blocks import Block, split_notes, walk_blocks
from petitioner.model.types import Day, Line, Origin, Record


class Reading(Record):
    """The native reader who has read a letter, and when; ``text`` is the digest of the text that was read."""

    name: Line
    date: Day
    text: Line | None = None


class FrontMatter(Record):
    """The front matter of a letter's file. Each text in it is a template too."""

    subject: Line
    salutation: Line | None = None
    opening: Line | None = None
    closing: Line
    read_by: Reading | None = None


class Template(Record):
    """A letter's file: ``petition.ja.md`` is the template of ``petition`` in Japanese.

    ``body`` starts on line ``body_line`` of the file; ``front_lines`` has the line of each text in the front matter.
    """

    stem: str
    language: str
    origin: Origin
    front: FrontMatter
    front_lines: dict[str, int]
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class LocalizedLine:
    """A line of text and its language, which decides the font.

    ``is_name`` is for a person or a mission, ``goes_on`` for the rest of a line that was broken.
    """

    text: str
    language: str
    is_name: bool = False
    goes_on: bool = False


class AddressPart(StrEnum):
    """What a line of an address contains: the name, the place, only the postal code, or the country."""

    NAME = "name"
    PLACE = "place"
    CODE = "code"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class AddressLine:
    """A line of an address before it is fitted into a window."""

    text: str
    language: str
    part: AddressPart

    @property
    def is_verbatim(self) -> bool:
        """Whether a person wrote it as one line, so that it is never broken."""
        return self.part is not AddressPart.NAME


@dataclass(frozen=True, slots=True)
class AddressField:
    """The text in the window of the envelope: the sender's small line, and the lines of the address.

    ``pitch`` is the distance between lines in mm. ``written`` is the address for envelopes and labels, before its lines
    were broken for the window. Without a window (``has_window``) the sender's line is not printed, and the names are
    larger.
    """

    return_line: LocalizedLine
    lines: tuple[LocalizedLine, ...]
    pitch: float
    written: tuple[AddressLine, ...] = ()
    has_window: bool = True

    @property
    def printed(self) -> tuple[LocalizedLine, ...]:
        """The lines on the sheet, from the top."""
        return (self.return_line, *self.lines) if self.has_window else self.lines


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The sender at the top of the first page: its name, and lines with address and contact."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """The space for one signature: ``image`` is a PNG or JPEG, or None for a pen.

    ``form`` are the language's patterns for the lines under it, with {name} and {title}.
    """

    name: str
    title: str
    image: bytes | None = None
    form: tuple[str, ...] = ("{name}", "{title}")

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines under the signature."""
        return tuple(pattern.format(name=self.name, title=self.title) for pattern in self.form)


class PartName(StrEnum):
    """The name of each part of a letter, from the top of the page."""

    LETTERHEAD = "letterhead"
    RETURN_LINE = "return line"
    ADDRESS = "address"
    DATE = "date"
    REFERENCE = "reference"
    SUBJECT = "subject"
    SALUTATION = "salutation"
    OPENING = "opening"
    TEXT = "text"
    CLOSING = "closing"
    SENDER = "sender"
    SIGNATURE = "signature"
    COSIGNERS = "co-signers"
    ENCLOSURES = "enclosures"
    AUTHORITATIVE = "authoritative language"
    PAGE_NUMBER = "page number"


@dataclass(frozen=True, slots=True)
class Part:
    """One line above or below the text, or one paragraph, heading, list entry or table cell of the text.

    A footnote is a separate part after the one with its number. A line break is a line feed.
    """

    name: PartName
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one recipient in one language: its whole text, in no file format.

    ``enclosures`` and ``cosigners`` may be empty. ``page_label`` contains ``{page}`` and ``{pages}``. ``created`` is
    the date printed on it, and the date in the files. ``running_head`` is at the top of all pages but the first.
    ``is_dated_below``: the date is below the signatures, not beside the address. ``authoritative`` says which language
    is that of the authoritative text, or is empty.
    """

    recipient: str
    stem: str
    language: str
    reference: str
    reference_line: str
    letterhead: Letterhead
    address: AddressField
    date_line: str
    subject: str
    salutation: str | None
    opening: str | None
    body: tuple[Block, ...]
    closing: str
    sender: str
    signatures: tuple[Signature, ...]
    enclosures_label: str
    enclosures: tuple[str, ...]
    page_label: str
    author: str
    created: date
    running_head: str = ""
    cosigners_label: str = ""
    cosigners: tuple[str, ...] = ()
    is_dated_below: bool = False
    authoritative: str = ""

    @property
    def file_stem(self) -> str:
        """Folder and name without the format's ending: ``jp-osaka/petition.ja``."""
        return f"{self.recipient}/{self.stem}.{self.language}"

    @property
    def head(self) -> str:
        """The line at the top of all pages but the first."""
        return self.running_head or self.reference_line

    @property
    def signed(self) -> tuple[str, ...]:
        """The lines from the closing to the last signature, or the date below it, as they are printed."""
        dated = (self.date_line,) if self.is_dated_below else ()
        return (self.closing, self.sender, *(line for person in self.signatures for line in person.lines), *dated)

    @property
    def lines_below(self) -> tuple[tuple[PartName, tuple[str, ...]], ...]:
        """The lines below the signatures: co-signers and enclosures, each with their label first, and the last line."""
        cosigners = (self.cosigners_label, *self.cosigners) if self.cosigners else ()
        enclosures = (self.enclosures_label, *self.enclosures) if self.enclosures else ()
        last = (self.authoritative,) if self.authoritative else ()
        return (PartName.COSIGNERS, cosigners), (PartName.ENCLOSURES, enclosures), (PartName.AUTHORITATIVE, last)

    def parts_above(self) -> Iterator[Part]:
        """Yield the lines above the text, from the top of the page, without empty ones."""
        for line in (self.letterhead.name, *self.letterhead.lines):
            yield Part(PartName.LETTERHEAD, line, self.language)
        if self.address.has_window:
            yield Part(PartName.RETURN_LINE, self.address.return_line.text, self.address.return_line.language)
        yield from (Part(PartName.ADDRESS, line.text, line.language) for line in self.address.lines)
        lines = {
            PartName.DATE: None if self.is_dated_below else self.date_line,
            PartName.REFERENCE: self.reference_line,
            PartName.SUBJECT: self.subject,
            PartName.SALUTATION: self.salutation,
            PartName.OPENING: self.opening,
        }
        yield from (Part(name, text, self.language) for name, text in lines.items() if text)

    def parts(self) -> Iterator[Part]:
        """Yield all parts of the letter, from the top of the page."""
        yield from self.parts_above()
        for name, text in self._list_below():
            if text:
                yield Part(name, text, self.language)

    def _list_below(self) -> Iterator[tuple[PartName, str]]:
        yield from ((PartName.TEXT, text) for content in walk_blocks(self.body) for text in split_notes(content))
        yield PartName.CLOSING, self.closing
        yield PartName.SENDER, self.sender
        yield from ((PartName.SIGNATURE, text) for one in self.signatures for text in (one.name, one.title))
        if self.is_dated_below:
            yield PartName.DATE, self.date_line
        yield from ((name, text) for name, lines in self.lines_below for text in lines)
        yield PartName.PAGE_NUMBER, self.page_label.format(page="0123456789", pages="")
