"""Checks of postal addresses by the rules of the post: country, postal code, city, and nothing else in the lines."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from petitioner.checks.records.posts import (
    Entry,
    extract_digits,
    find_countries,
    list_code_formats,
    list_entries,
    may_be_called,
    may_be_postal_code,
    name_country,
    normalize,
)
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.recipient import Address, Recipient, Sender
from petitioner.model.types import Location
from petitioner.tables.locales import list_country_languages, load_locales

_LINES_KEY: Location = ("address", "lines")
_CODE_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")
_IN_CODE, _CODE_GOES_ON = re.compile("[0-9A-Za-z]"), re.compile(r"[0-9A-Za-z]|-\d")
_MIN_CODE_CHARACTERS = 5  # shorter numbers are house numbers, which may be written twice
_MIN_TELEPHONE_DIGITS = 7
_MIN_CAPITALS = 8  # without city and code: fewer are abbreviations such as PO BOX or SW1
_CONTACT_DATA = re.compile(  # not Tel Aviv
    r"\b(?:tel(?![\s-]+[^\W\d])|fax|phone|e-?mail)\b|[☎@]|://|www\.", re.IGNORECASE
)
_WIDE_PUNCTUATION = re.compile(r"[，．；：（）－]")


@dataclass(frozen=True, slots=True)
class _AddressLines:
    """The lines of an address in one language, and their record."""

    entry: Entry
    language: str
    lines: tuple[str, ...]

    @property
    def address(self) -> Address:
        return self.entry.record.address

    def make_problem(self, code: str, message: str, hint: str, row: int | None = None) -> Problem:
        location = (*_LINES_KEY, self.language) if row is None else (*_LINES_KEY, self.language, row)
        return self.entry.make_problem(location, code, message, hint)


def check_addresses(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each fault in the postal addresses of missions and sender that may delay mail."""
    abroad = _list_languages_abroad(workspace)
    for entry in list_entries(workspace):
        yield from _check_country_lines(entry, abroad.get(entry.name, ()))
        yield from _check_code_format(entry)
        for language, lines in entry.record.address.lines.items():
            for check in (
                _check_postal_code,
                _check_city_in_lines,
                _check_country_in_lines,
                _check_typing,
                _check_other_data,
            ):
                yield from check(_AddressLines(entry, language, lines)) if lines else ()


def check_own_language(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each mission whose address has no lines in a language that the country's post reads.

    It yields nothing if the country, or its first official language, is unknown to the program.
    """
    for entry in list_entries(workspace):
        lines, own = entry.record.address.lines, list_country_languages(entry.record.country)
        if isinstance(entry.record, Sender) or not lines or set(own) & set(lines) or not _keep_known(own[:1]):
            continue
        tags = " or ".join(_keep_known(own))
        message = f"the address has no lines in {tags}, the language of the country"
        hint = f"Add these lines first, in the form that the country's post uses: {_keep_known(own)[0]}: […]"
        yield entry.make_problem(_LINES_KEY, "R336", message, hint)


def _keep_known(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages that the program knows."""
    return tuple(tag for tag in tags if tag in load_locales())


def _list_languages_abroad(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    """Return the languages of the addresses that are printed on mail to other countries, by mission or sender."""
    if workspace.campaign is None:
        return {}
    home = workspace.campaign.sender.country
    abroad = {mission.id: mission.languages for mission in workspace.written_to if mission.country != home}
    return abroad | {"the sender": tuple(dict.fromkeys(tag for tags in abroad.values() for tag in tags))}


def _check_country_lines(entry: Entry, languages: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each language without a country line, which mail to other countries needs (UPU S42)."""
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
        other_names = " or ".join(name_country(other) for other in sorted(named))
        message = f"{line!r} names {other_names}, but {entry.name} is in {country}, {name}"
        yield entry.make_problem(location, "R314", message, "Correct the line, or 'country'.")
    elif not named:
        hint = f"Write the name in English or French, such as {name}: the sender's post office reads this line."
        yield entry.make_problem(location, "R326", f"{line!r} is not a name that the post knows for {country}", hint)
    elif line != line.upper():
        hint = f"Write {line.upper()}."
        yield entry.make_problem(location, "R326", f"{line!r} is not in capitals, as the post asks", hint)


def _check_code_format(entry: Entry) -> Iterator[Problem]:
    country, code = entry.record.country, entry.record.address.postal_code
    if code and not may_be_postal_code(country, code):
        shapes = " or ".join(list_code_formats(country))
        hint = f"Write it as {shapes}, where 9 is a digit and A a letter; spaces and hyphens do not matter."
        if len(extract_digits(code)) > _MIN_TELEPHONE_DIGITS or code.startswith("+"):
            hint = f"Is it a telephone number? {hint}"
        message = f"{code!r} does not look like a postal code of {country}"
        yield entry.make_problem(("address", "postal_code"), "R323", message, hint)


def _check_postal_code(version: _AddressLines) -> Iterator[Problem]:
    """Yield problems for a postal code that sorting machines may not find: twice, in another number, in the middle."""
    words = (word for line in version.lines for word in _CODE_WORD.findall(line))
    counts = Counter(word for word in words if len(word) >= _MIN_CODE_CHARACTERS and any(map(str.isdigit, word)))
    for word in (word for word, count in counts.items() if count > 1):
        yield version.make_problem("R324", f"{word} is written twice in the {version.language} lines", "Delete one.")
    code = version.address.postal_code
    if not code or not any(code in line for line in version.lines):
        return  # reported as R303 when the file was read
    rows = [row for row, line in enumerate(version.lines) if _has_whole_code(line, code)]
    if not rows:
        message = f"the postal code {code} is only part of another number in the {version.language} lines"
        yield version.make_problem("R324", message, "Correct 'postal_code', or the line.")
    elif all(0 < row < len(version.lines) - 2 for row in rows):
        message = f"the postal code {code} is in the middle of the {version.language} lines"
        hint = "Move it to the first line, or to one of the last two, as is usual in the country."
        yield version.make_problem("R324", message, hint, rows[0])


def _has_whole_code(line: str, code: str) -> bool:
    # Without a pattern of its own for each code, since it would take longer to compile than all other checks here.
    starts = (place for place in range(len(line)) if line.startswith(code, place))
    return any(
        not (start and _IN_CODE.match(line, start - 1)) and not _CODE_GOES_ON.match(line, start + len(code))
        for start in starts
    )


def _check_city_in_lines(version: _AddressLines) -> Iterator[Problem]:
    """Yield a problem if no line has the city: the address may have been copied from another mission."""
    record = version.entry.record
    if isinstance(record, Sender) or not (city := record.city.get(version.language)):
        return
    written = normalize("".join(version.lines))
    if not any(normalize(name) in written for name in record.city.values()):
        message = f"{city!r} is not in the {version.language} lines"
        hint = "Is this another mission's address? If not, write the city as in the lines."
        yield version.make_problem("R325", message, hint)


def _check_country_in_lines(version: _AddressLines) -> Iterator[Problem]:
    """Yield a problem for the country's name in the lines: the program prints it on mail to other countries."""
    country = version.entry.record.country
    for row, line in enumerate(version.lines):
        named = [part for part in re.split(r"[,，、;]", line) if country in find_countries(part)]
        if named and not _is_city(version, named[0]):
            message = f"{named[0].strip()!r} is the country, which 'country_line' adds to mail that goes abroad"
            yield version.make_problem("R326", message, "Delete it from the lines.", row)


def _is_city(version: _AddressLines, part: str) -> bool:
    """Return whether a country's name is also the name of the city, as in Singapore."""
    record = version.entry.record
    cities = record.city.values() if isinstance(record, Recipient) else ()
    return any(normalize(city) == normalize(part) for city in cities)


def _check_typing(version: _AddressLines) -> Iterator[Problem]:
    for row, line in enumerate(version.lines):
        if re.search(r"[ \u3000\u00a0]{2}", line):
            yield version.make_problem("R327", f"two spaces in a row in {line!r}", "Delete one.", row)
        if (wide := _WIDE_PUNCTUATION.search(line)) and _is_latin(line):
            plain = unicodedata.normalize("NFKC", wide[0])
            hint = f"Write '{plain}', with a space where one belongs."
            yield version.make_problem("R327", f"'{wide[0]}' is punctuation of another script in {line!r}", hint, row)
        if _is_in_capitals(version, line):
            hint = "Write it in small letters with initial capitals; only city and country may be in capitals."
            yield version.make_problem("R327", f"the line is in capitals only: {line!r}", hint, row)


def _is_latin(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def _is_in_capitals(version: _AddressLines, line: str) -> bool:
    record = version.entry.record
    cities = record.city.values() if isinstance(record, Recipient) else ()
    if sum(map(str.isupper, line)) < _MIN_CAPITALS:
        return False
    rest = line
    for word in (*cities, version.address.postal_code or ""):
        rest = re.sub(re.escape(word), "", rest, flags=re.IGNORECASE) if word else rest
    letters = [letter for letter in rest if letter.isalpha() and letter.upper() != letter.lower()]
    return len(letters) >= _MIN_CAPITALS and all(letter.isupper() for letter in letters)


def _check_other_data(version: _AddressLines) -> Iterator[Problem]:
    """Yield a problem for the name or contact data in the lines, which do not belong to a postal address."""
    record = version.entry.record
    names = {normalize(name) for name in record.name.values()}
    numbers = {extract_digits(text)[-_MIN_TELEPHONE_DIGITS:] for _, text in version.entry.telephones}
    for row, line in enumerate(version.lines):
        if any(name in normalize(line) for name in names):
            message = f"the line {line!r} contains the name, which the letter prints above or below the lines"
            yield version.make_problem("R328", message, "Delete it from the lines.", row)
        digits = extract_digits(line)
        if _CONTACT_DATA.search(line) or any(len(n) == _MIN_TELEPHONE_DIGITS and n in digits for n in numbers):
            hint = "Move it to 'telephone:', 'fax:', 'email:' or 'website:'."
            yield version.make_problem("R328", f"{line!r} is not part of a postal address", hint, row)
