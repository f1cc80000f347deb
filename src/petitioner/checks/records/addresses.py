"""Postal addresses, held against what the post asks for: country, postal code, city, and nothing else in the lines."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from petitioner.checks.records.posts import (
    Entry,
    find_countries,
    has_shape_of,
    keep_digits,
    list_entries,
    list_shapes,
    may_be_called,
    name_country,
    normalize,
)
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.recipient import Address, Recipient, Sender
from petitioner.model.types import Location

_LINES: Location = ("address", "lines")
_CODE_SIGNS = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")
_SHORTEST_CODE = 5  # characters: shorter numbers are house numbers, which may be written twice
_SHORTEST_TELEPHONE = 7  # figures
_SHOUTED = 8  # capitals, beside city and code: fewer are signs such as PO BOX or SW1
_BELONGS_ELSEWHERE = re.compile(r"\b(?:tel|fax|phone|e-?mail)\b|[☎@]|://|www\.", re.IGNORECASE)
_WIDE_SIGNS = re.compile(r"[，．；：（）－]")


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of an address in one language, and their record."""

    entry: Entry
    language: str
    lines: tuple[str, ...]

    @property
    def address(self) -> Address:
        return self.entry.record.address

    def make_problem(self, code: str, message: str, hint: str, row: int | None = None) -> Problem:
        location = (*_LINES, self.language) if row is None else (*_LINES, self.language, row)
        return self.entry.make_problem(location, code, message, hint)


def check_addresses(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield everything in the postal addresses of missions and sender that a post office would stumble over."""
    del today
    abroad = _list_abroad(workspace)
    for entry in list_entries(workspace):
        yield from _check_country_lines(entry, abroad.get(entry.name, ()))
        yield from _check_shape(entry)
        for language, lines in entry.record.address.lines.items():
            for check in (_check_code, _check_city, _check_country, _check_tidy, _check_foreign):
                yield from check(_Lines(entry, language, lines)) if lines else ()


def _list_abroad(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    """Return the languages in which the address of a mission, or of the sender, is shown on mail that goes abroad."""
    if workspace.campaign is None:
        return {}
    home = workspace.campaign.sender.country
    abroad = {who.id: who.languages for who in workspace.written_to if who.country != home}
    return abroad | {"the sender": tuple(dict.fromkeys(tag for tags in abroad.values() for tag in tags))}


def _check_country_lines(entry: Entry, languages: Iterable[str]) -> Iterator[Problem]:
    """Mail to or from another country names it, in each language whose lines a letter shows (UPU S42)."""
    address = entry.record.address
    for tag in dict.fromkeys(address.choose_language(tag) for tag in languages if address.lines):
        if line := address.country_line.get(tag):
            yield from _check_country_line(entry, tag, line)
        else:
            name = name_country(entry.record.country)
            message = f"mail goes abroad, but 'country_line' of {entry.name} has no {tag}"
            hint = f"Add 'country_line: {{{tag}: {name}}}' to its address."
            yield entry.make_problem(("address", "country_line"), "R306", message, hint)


def _check_country_line(entry: Entry, tag: str, line: str) -> Iterator[Problem]:
    country, named = entry.record.country, find_countries(line)
    location, name = ("address", "country_line", tag), name_country(country)
    if named and not may_be_called(country, named):
        others = " or ".join(name_country(other) for other in sorted(named))
        message = f"{line!r} names {others}, but {entry.name} is in {country}, {name}"
        yield entry.make_problem(location, "R314", message, "Correct the line, or 'country'.")
    elif not named:
        hint = f"Write the name in English or French, such as {name}: the sender's post office reads this line."
        yield entry.make_problem(location, "R326", f"{line!r} is not a name that the post knows for {country}", hint)
    elif line != line.upper():
        hint = f"Write {line.upper()}."
        yield entry.make_problem(location, "R326", f"{line!r} is not in capitals, as the post asks", hint)


def _check_shape(entry: Entry) -> Iterator[Problem]:
    country, code = entry.record.country, entry.record.address.postal_code
    if code and not has_shape_of(country, code):
        shapes = " or ".join(list_shapes(country))
        hint = f"Write it as {shapes}, where 9 is a digit and A a letter; spaces and hyphens do not matter."
        if len(keep_digits(code)) > _SHORTEST_TELEPHONE or code.startswith("+"):
            hint = f"Is it a telephone number? {hint}"
        message = f"{code!r} does not look like a postal code of {country}"
        yield entry.make_problem(("address", "postal_code"), "R323", message, hint)


def _check_code(place: _Lines) -> Iterator[Problem]:
    """Sorting machines look for the code at an end of the address, once."""
    words = (word for line in place.lines for word in _CODE_SIGNS.findall(line))
    counts = Counter(word for word in words if len(word) >= _SHORTEST_CODE and any(map(str.isdigit, word)))
    for word in (word for word, count in counts.items() if count > 1):
        yield place.make_problem("R324", f"{word} is written twice in the {place.language} lines", "Delete one.")
    code = place.address.postal_code
    if not code or not any(code in line for line in place.lines):
        return  # reported as R303 when the file was read
    whole = re.compile(rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z]|-\d)")
    rows = [row for row, line in enumerate(place.lines) if whole.search(line)]
    if not rows:
        message = f"the postal code {code} is only part of another number in the {place.language} lines"
        yield place.make_problem("R324", message, "Correct 'postal_code', or the line.")
    elif all(0 < row < len(place.lines) - 2 for row in rows):
        message = f"the postal code {code} is in the middle of the {place.language} lines"
        hint = "Move it to the first line, or to one of the last two, as is usual in the country."
        yield place.make_problem("R324", message, hint, rows[0])


def _check_city(place: _Lines) -> Iterator[Problem]:
    """Yield a problem where no line has the city: the address may have been copied from a neighbour."""
    record = place.entry.record
    if isinstance(record, Sender) or not (city := record.city.get(place.language)):
        return
    written = normalize("".join(place.lines))
    if not any(normalize(name) in written for name in record.city.values()):
        message = f"{city!r} is not in the {place.language} lines"
        hint = "Is this another mission's address? If not, write the city as in the lines."
        yield place.make_problem("R325", message, hint)


def _check_country(place: _Lines) -> Iterator[Problem]:
    """The country's name is the program's to print, on mail that goes abroad; in the lines it would come twice."""
    country = place.entry.record.country
    for row, line in enumerate(place.lines):
        named = [part for part in re.split(r"[,，、;]", line) if country in find_countries(part)]
        if named and not _is_city(place, named[0]):
            message = f"{named[0].strip()!r} is the country, which 'country_line' adds to mail that goes abroad"
            yield place.make_problem("R326", message, "Delete it from the lines.", row)


def _is_city(place: _Lines, part: str) -> bool:
    """Return whether a country's name is the city's, too, as in Singapore."""
    record = place.entry.record
    cities = record.city.values() if isinstance(record, Recipient) else ()
    return any(normalize(city) == normalize(part) for city in cities)


def _check_tidy(place: _Lines) -> Iterator[Problem]:
    for row, line in enumerate(place.lines):
        if re.search(r"[ \u3000\u00a0]{2}", line):
            yield place.make_problem("R327", f"two spaces in a row in {line!r}", "Delete one.", row)
        if _is_latin(line) and (wide := _WIDE_SIGNS.search(line)):
            plain = unicodedata.normalize("NFKC", wide[0])
            hint = f"Write '{plain}', with a space where one belongs."
            yield place.make_problem("R327", f"'{wide[0]}' is a mark of another script in {line!r}", hint, row)
        if _is_shouted(place, line):
            hint = "Write it in small letters with initial capitals; only city and country may be in capitals."
            yield place.make_problem("R327", f"the line is in capitals only: {line!r}", hint, row)


def _is_latin(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def _is_shouted(place: _Lines, line: str) -> bool:
    record = place.entry.record
    cities = record.city.values() if isinstance(record, Recipient) else ()
    rest = line
    for word in (*cities, place.address.postal_code or ""):
        rest = re.sub(re.escape(word), "", rest, flags=re.IGNORECASE) if word else rest
    letters = [letter for letter in rest if letter.isalpha() and letter.upper() != letter.lower()]
    return len(letters) >= _SHOUTED and all(letter.isupper() for letter in letters)


def _check_foreign(place: _Lines) -> Iterator[Problem]:
    """Yield what is on the card of a mission, but not on an envelope; its name is the program's to print."""
    record = place.entry.record
    names = {normalize(name) for name in record.name.values()}
    numbers = {keep_digits(text)[-_SHORTEST_TELEPHONE:] for _, text in place.entry.telephones}
    for row, line in enumerate(place.lines):
        if any(name in normalize(line) for name in names):
            message = f"the line {line!r} contains the name, which the letter prints above or below the lines"
            yield place.make_problem("R328", message, "Delete it from the lines.", row)
        figures = keep_digits(line)
        if _BELONGS_ELSEWHERE.search(line) or any(len(n) == _SHORTEST_TELEPHONE and n in figures for n in numbers):
            hint = "Move it to 'telephone:', 'fax:', 'email:' or 'website:'."
            yield place.make_problem("R328", f"{line!r} is not part of a postal address", hint, row)
