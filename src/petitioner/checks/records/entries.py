"""Records with an address: the missions that are written to, and the sender; and how two texts of them are compared."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from petitioner.checks.reading.numerals import write_figures
from petitioner.errors import Problem
from petitioner.model.campaign import Sender
from petitioner.model.codes import severity_of
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location, Origin
from petitioner.workspace import Workspace

# Letters that Unicode takes for letters of their own, although lists on the web write one for the other.
_VARIANTS = str.maketrans(
    "łøđħıŧŋ" + "靭髙﨑嵜邉邊齋齊澤濱濵國廣龍嶋條眞櫻惠壽區縣鄕總領驛關澁辺斎",
    "lodhitn" + "靱高崎崎辺辺斎斉沢浜浜国広竜島条真桜恵寿区県郷総領駅関渋辺斎",
)
_DROPPED = frozenset(["Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sk", "So", "Sm", "Sc"])
_DIACRITICS = frozenset(map(chr, (*range(0x300, 0x370), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Between figures: 3丁目4番地33号 is 3-4-33, but 3-433 is another house.
_BETWEEN_FIGURES = re.compile(r"(?<=\d)(?:丁目|番地|番|号|號|の|ー|[\W_])+(?=\d)")
_AFTER_FIGURES = re.compile(r"(?<=\d)(?:丁目|番地|番|号|號)")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return a text without what makes no difference to a reader: case, width, blanks, punctuation, accents, variants.

    ``Consulate-General`` and ``CONSULATE  GENERAL`` fold to the same, and so do 靱 and 靭. It is no text to print.
    Source: NFKC_Casefold (Unicode, 3.13), with the variants above. Marks of other scripts are letters, and stay.
    """
    while (folded := _fold_once(text)) != text:
        text = folded
    return text


def fold_address(lines: tuple[str, ...], postal_code: str | None = None) -> str:
    """Return the lines of an address in one, folded; numerals count as figures, and the postal code does not count."""
    text = " ".join(lines)
    if postal_code:
        text = text.replace(postal_code, " ")
    figures = write_figures(unicodedata.normalize("NFKC", text))
    return fold(_AFTER_FIGURES.sub("", _BETWEEN_FIGURES.sub("x", figures)))


def fold_number(text: str) -> str:
    """The figures of a telephone number, from the last that no prefix touches: 03-3403-3388 is +81 3 3403 3388."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_VARIANTS)
    kept = (c for c in plain if c not in _DIACRITICS and unicodedata.category(c) not in _DROPPED)
    return "".join(kept)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with an address, where it was written, and what messages call it."""

    name: str
    record: Recipient | Sender
    origin: Origin
    at: Location = ()

    @property
    def emails(self) -> tuple[tuple[Location, str], ...]:
        """The e-mail addresses, each with the way to it."""
        email = self.record.email
        if isinstance(email, tuple):
            return tuple((("email", place), text) for place, text in enumerate(email))
        return ((("email",), email),) if email else ()

    @property
    def telephones(self) -> tuple[tuple[Location, str], ...]:
        """The numbers that can be dialled, each with the way to it."""
        fax = self.record.fax if isinstance(self.record, Recipient) else None
        return tuple(((name,), text) for name, text in (("telephone", self.record.telephone), ("fax", fax)) if text)

    def make_problem(self, way: Location, code: str, message: str, hint: str) -> Problem:
        """Return a problem at a part of the record."""
        line = self.origin.line_of(*self.at, *way)
        return Problem(self.origin.path, line, code, message, hint, severity_of(code))


def list_entries(workspace: Workspace) -> Iterator[Entry]:
    """Yield the missions that are written to, in the order of their file, and the sender."""
    yield from (Entry(who.id, who, who.origin) for who in workspace.written_to)
    if campaign := workspace.campaign:
        yield Entry("the sender", campaign.sender, campaign.origin, ("sender",))
