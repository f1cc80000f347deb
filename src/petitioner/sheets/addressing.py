"""Who stands on an envelope or a label: the lines of address and sender, before anything is known of the room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from petitioner.model.campaign import Campaign
from petitioner.model.letter import AddressLine, AddressPart, Letter
from petitioner.model.recipient import Recipient
from petitioner.model.types import Origin
from petitioner.stationery import load_faces


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of mail.

    ``code`` is the postal code as a line of ``lines`` has it alone, or empty; ``country`` is where it is
    posted; ``origin`` and ``sender_origin`` tell where both were written.
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

    def find_line(self, text: str, *, is_sender: bool) -> tuple[str, int]:
        """The file and the line in which a line of the address was written, or where the address stands."""
        origin, lines = (self.sender_origin, self.sender) if is_sender else (self.origin, self.lines)
        whole = ("sender", "address", "lines") if is_sender else ("address", "lines")
        own = [line for line in lines if line.part in (AddressPart.PLACE, AddressPart.CODE)]
        ways = ((*whole, line.language, place) for place, line in enumerate(own) if line.text == text)
        return origin.path, origin.line_of(*next(ways, whole))


def address_piece(recipient: Recipient, campaign: Campaign, letters: Sequence[Letter]) -> Piece:
    """The piece that letters to a recipient go in, addressed like the one of them that the post reads best."""
    letter = choose_letter(recipient, campaign, letters)
    is_abroad = recipient.country != campaign.sender.country
    lines = tuple(_write_line(line, recipient, is_abroad=is_abroad) for line in letter.address.written)
    return Piece(
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
    """The letter whose address goes on the envelope: at home the one in the country's own language, else the first.

    The country's own language is the first one of the address in recipients.yaml.
    """
    own = next(iter(recipient.address.lines))
    at_home = recipient.country == campaign.sender.country
    return next((letter for letter in letters if at_home and letter.language == own), letters[0])


def _write_line(line: AddressLine, recipient: Recipient, *, is_abroad: bool) -> AddressLine:
    """A line as the post of the sender wants it: the country in capitals, and at home the code without a sign."""
    if line.part is AddressPart.COUNTRY:
        return replace(line, text=line.text.upper())
    post = load_faces().posts.get(recipient.country)
    if is_abroad or post is None or line.part is not AddressPart.PLACE:
        return line
    text = line.text.replace(post.code_sign, "").strip() if post.code_sign else line.text
    is_code = text == recipient.address.postal_code
    return replace(line, text=text, part=AddressPart.CODE if is_code else line.part)


def _list_sender(campaign: Campaign, letter: Letter, *, is_abroad: bool) -> Iterator[AddressLine]:
    address = campaign.sender.address
    language = address.language_for(letter.language)
    # A name in Latin letters above an address in Latin letters: one face for both.
    spoken = language if letter.sender.isascii() else letter.language
    yield AddressLine(letter.sender, spoken, AddressPart.NAME)
    for line in address.lines[language]:
        yield AddressLine(line, language, AddressPart.PLACE)
    if is_abroad and (country := address.country_line.get(language)):
        yield AddressLine(country.upper(), language, AddressPart.COUNTRY)
