"""Fit the lines of address and sender into the space on envelopes and labels."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from petitioner.checks.pages.box import Box
from petitioner.errors import Problem, Severity
from petitioner.model.letter import AddressLine, AddressPart, Letter
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.stationery import CodeLine, CountryPost, TypeSizes
from petitioner.model.theme import MM_PER_PT
from petitioner.model.types import Origin
from petitioner.tables.stationery import load_face_layouts
from petitioner.templates.address import wrap_address

MeasureText = Callable[[str, str, float], float]
"""Returns the width in mm of a text in a language at a size in pt."""

_SLACK = 0.4  # mm that a printed line may be wider than the sum of its glyphs


@dataclass(frozen=True, slots=True)
class MailItem:
    """One item of mail: its address and sender.

    ``code`` is the postal code if it is a line of its own, or empty; ``country`` is where it is posted; ``origin`` and
    ``sender_origin`` are the sources of address and sender.
    """

    recipient: str
    reference: str
    lines: tuple[AddressLine, ...]
    code: str
    sender: tuple[AddressLine, ...]
    country: str
    is_abroad: bool
    origin: Origin
    sender_origin: Origin

    def name_owner(self, *, is_sender: bool) -> str:
        """Name the recipient, or the sender, for a message."""
        return "the sender" if is_sender else self.recipient

    def find_line(self, text: str, *, is_sender: bool) -> tuple[str, int]:
        """Find the file and line number in which a line was written, or else those of the whole address."""
        origin, lines = (self.sender_origin, self.sender) if is_sender else (self.origin, self.lines)
        whole = ("sender", "address", "lines") if is_sender else ("address", "lines")
        own = [line for line in lines if line.part in (AddressPart.PLACE, AddressPart.CODE)]
        locations = ((*whole, line.language, index) for index, line in enumerate(own) if line.text == text)
        return origin.path, origin.line_of(*next(locations, whole))


def make_mail_item(recipient: Recipient, campaign: Campaign, letters: Sequence[Letter]) -> MailItem:
    """Make the mail item for the letters to a recipient, addressed like the letter that the post reads best."""
    letter = choose_letter(recipient, campaign, letters)
    is_abroad = recipient.country != campaign.sender.country
    lines = tuple(_write_line(line, recipient, is_abroad=is_abroad) for line in letter.address.written)
    return MailItem(
        recipient=recipient.id,
        reference=letter.reference,
        lines=lines,
        code=next((line.text for line in lines if line.part is AddressPart.CODE), ""),
        sender=tuple(_list_sender(campaign, letter, is_abroad=is_abroad)),
        country=campaign.sender.country,
        is_abroad=is_abroad,
        origin=recipient.origin,
        sender_origin=campaign.origin,
    )


def choose_letter(recipient: Recipient, campaign: Campaign, letters: Sequence[Letter]) -> Letter:
    """Choose the letter whose address is printed: in its own country the one in the local language, else the first.

    The local language is the first one of the address in recipients.yaml.
    """
    own = next(iter(recipient.address.lines))
    at_home = recipient.country == campaign.sender.country
    return next((letter for letter in letters if at_home and letter.language == own), letters[0])


def _write_line(line: AddressLine, recipient: Recipient, *, is_abroad: bool) -> AddressLine:
    """Format a line for the sender's post: the country in capitals, and a domestic postal code without a sign."""
    if line.part is AddressPart.COUNTRY:
        return replace(line, text=line.text.upper())
    post = load_face_layouts().posts.get(recipient.country)
    if is_abroad or post is None or line.part is not AddressPart.PLACE:
        return line
    text = _strip_code_sign(line.text, post)
    is_code = text == recipient.address.postal_code
    return replace(line, text=text, part=AddressPart.CODE if is_code else line.part)


def _strip_code_sign(text: str, post: CountryPost | None) -> str:
    return text.replace(post.code_sign, "").strip() if post and post.code_sign else text


def _list_sender(campaign: Campaign, letter: Letter, *, is_abroad: bool) -> Iterator[AddressLine]:
    address = campaign.sender.address
    language = address.choose_language(letter.language)
    # A name in Latin letters above an address in Latin letters: one face for both.
    name_language = language if letter.sender.isascii() else letter.language
    yield AddressLine(letter.sender, name_language, AddressPart.NAME)
    post = load_face_layouts().posts.get(campaign.sender.country)
    for line in address.lines[language]:
        is_code = _strip_code_sign(line, post) == address.postal_code
        yield AddressLine(line, language, AddressPart.CODE if is_code else AddressPart.PLACE)
    if is_abroad and (country := address.country_line.get(language)):
        yield AddressLine(country.upper(), language, AddressPart.COUNTRY)


@dataclass(frozen=True, slots=True)
class FittedLine:
    """A line as it is printed: its size in pt, its height and the space below in mm, letter spacing in em."""

    text: str
    language: str
    size: float
    height: float
    width: float
    below: float = 0.0
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class FittedText:
    """Lines that fit, and their size in pt; a postal code may be larger."""

    lines: tuple[FittedLine, ...]
    size: float

    @property
    def height(self) -> float:
        """The height of all lines in mm."""
        return sum(line.height + line.below for line in self.lines)

    @property
    def width(self) -> float:
        """The width of the longest line in mm."""
        return max((line.width for line in self.lines), default=0.0)


@dataclass(frozen=True, slots=True)
class PlacedText:
    """Lines of text and their position."""

    left: float
    top: float
    text: FittedText

    @property
    def box(self) -> Box:
        """The area that they cover."""
        return Box(self.left, self.top, self.left + self.text.width, self.top + self.text.height)


@dataclass(frozen=True, slots=True)
class Area:
    """The largest width and height for lines, in mm."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Overflow:
    """What does not fit at ``size``, the smallest allowed: one ``line`` is too long, or ``count`` lines are too high.

    ``needed`` is the width of the line or the height of the lines in mm, ``available`` the limit.
    """

    size: float
    needed: float
    available: float
    count: int = 0
    line: str = ""


@dataclass(frozen=True, slots=True)
class LineFitter:
    """Fits lines in the allowed sizes; ``code`` is the style of a postal code outside of boxes."""

    sizes: TypeSizes
    measure: MeasureText
    code: CodeLine | None = None

    def fit(self, lines: Sequence[AddressLine], area: Area, largest: float | None = None) -> FittedText | Overflow:
        """Return the lines in the largest size that fits, and that is not above ``largest``."""
        setting = FittedText((), self.sizes.largest)
        for size in self._list_sizes(largest):
            setting = FittedText(tuple(self._set_lines(lines, size, area.width)), size)
            if setting.width <= area.width and setting.height <= area.height:
                return setting
        wide = next((line for line in setting.lines if line.width > area.width), None)
        if wide:
            return Overflow(setting.size, wide.width, area.width, line=wide.text)
        return Overflow(setting.size, setting.height, area.height, count=len(setting.lines))

    def _list_sizes(self, largest: float | None) -> Iterator[float]:
        """List the sizes from the largest down, and always the smallest."""
        sizes = self.sizes
        steps = round((sizes.largest - sizes.smallest) / sizes.step)
        every = (sizes.largest - step * sizes.step for step in range(steps + 1))
        return (size for size in every if largest is None or size <= largest or size <= sizes.smallest)

    def _set_lines(self, lines: Iterable[AddressLine], size: float, width: float) -> Iterator[FittedLine]:
        for line in lines:
            if line.part is AddressPart.CODE and self.code:
                yield self._set_line(line, max(self.code.floor, size * self.code.scale), self.code)
            else:
                pieces = wrap_address(line, width - _SLACK, lambda text, tag: self.measure(text, tag, size))
                yield from (self._set_line(piece, size) for piece in pieces)

    def _set_line(self, line: AddressLine, size: float, code: CodeLine | None = None) -> FittedLine:
        below, spacing = (code.below, code.spacing) if code else (0.0, 0.0)
        spaced = len(line.text) * spacing * size * MM_PER_PT
        width = self.measure(line.text, line.language, size) + spaced + _SLACK
        height = size * self.sizes.pitch * MM_PER_PT
        return FittedLine(line.text, line.language, size, height, width, below, spacing)


def make_overflow_problem(item: MailItem, overflow: Overflow, what: str, *, is_sender: bool = False) -> Problem:
    """Make the problem for lines that do not fit, with the file and line where they were written."""
    (path, line), owner = item.find_line(overflow.line, is_sender=is_sender), item.name_owner(is_sender=is_sender)
    if overflow.line:
        message = (
            f"for {owner}, this line is {overflow.needed:.1f} mm long at {overflow.size:g} pt, "
            f"and {overflow.available:.1f} mm fit {what}: {overflow.line!r}"
        )
        return Problem(path, line, "A804", message, "Break it into two lines, or take something larger.")
    message = (
        f"for {owner}, the address has {overflow.count} lines, {overflow.needed:.1f} mm high at {overflow.size:g} pt, "
        f"and {overflow.available:.1f} mm fit {what}"
    )
    return Problem(path, line, "A805", message, "Join lines of 'address.lines', or take something larger.")


def make_small_type_warning(item: MailItem, size: float, floor: float, what: str, text: str = "") -> Problem:
    """Make the warning that an address is printed in smaller type than ``floor`` pt."""
    path, line = item.find_line(text, is_sender=False)
    message = (
        f"for {item.recipient}, the address fits {what} only in {size:g} pt; the smallest usual size is {floor:g} pt"
    )
    hint = "Break its longest line into two, or take something larger."
    return Problem(path, line, "A851", message, hint, Severity.WARNING)
