"""A letter: the template as its writer left it, and the letter that one recipient gets in one language."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from petitioner.model.blocks import Block
from petitioner.model.types import Day, Line, Origin, Record


class Reading(Record):
    """A native reader who has read the letter, and when; ``text`` is the digest of the words that were read."""

    name: Line
    date: Day
    text: Line | None = None


class FrontMatter(Record):
    """The head of a letter's file. Each text is a template too."""

    subject: Line
    salutation: Line | None = None
    opening: Line | None = None
    closing: Line
    read_by: Reading | None = None


class Template(Record):
    """A letter's file: ``petition.ja.md`` is the template of ``petition`` in Japanese.

    ``body`` starts on line ``body_line`` of the file; ``front_lines`` gives the line of each text in the head.
    """

    stem: str
    language: str
    origin: Origin
    front: FrontMatter
    front_lines: dict[str, int]
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of text and the language it is in, which decides its font."""

    text: str
    language: str


class AddressPart(StrEnum):
    """What a line of an address tells: who, where, nothing but the postal code, or in which country."""

    NAME = "name"
    PLACE = "place"
    CODE = "code"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class AddressLine:
    """A line of an address before anything is known of the room for it."""

    text: str
    language: str
    part: AddressPart

    @property
    def is_verbatim(self) -> bool:
        """Whether it was written as one line by a person, and so is never broken."""
        return self.part is not AddressPart.NAME


@dataclass(frozen=True, slots=True)
class AddressField:
    """What shows in the window of the envelope: the sender's one small line, and the address, one entry a line.

    ``pitch`` is the distance from line to line in mm, so that the lines fill the field evenly. ``written`` is the
    address as the post is to read it, before its lines were broken for the window: for envelopes and labels.
    """

    return_line: Spoken
    lines: tuple[Spoken, ...]
    pitch: float
    written: tuple[AddressLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The sender at the head of the first page: its name, and lines of address and contact."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Room for one signature: ``image`` is a PNG or JPEG, or None for a pen.

    ``form`` is the language's way to write {name} and {title} under it, one pattern a line.
    """

    name: str
    title: str
    image: bytes | None = None
    form: tuple[str, ...] = ("{name}", "{title}")

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands under the signature."""
        return tuple(pattern.format(name=self.name, title=self.title) for pattern in self.form)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one recipient in one language: all its words, and nothing that belongs to a format.

    ``enclosures`` is the whole labelled list, or empty, and so are ``cosigners``. ``page_label`` holds ``{page}`` and
    ``{pages}``. ``created`` is the date printed on it, which the files carry as their date too.
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
    cosigners_label: str = ""
    cosigners: tuple[str, ...] = ()

    @property
    def file_stem(self) -> str:
        """``jp-osaka/petition.ja``: folder and name without the format's ending."""
        return f"{self.recipient}/{self.stem}.{self.language}"
