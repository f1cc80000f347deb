"""Checks for characters of another script: old or foreign forms, variants of one character, and similar ones."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from petitioner.checks.letter_text import Finding, LetterText, quote_part, report_findings
from petitioner.errors import Problem
from petitioner.model.letter import Part, PartName
from petitioner.model.limits import KEPT_TEXTS
from petitioner.tables.locales import load_locales, name_script

if TYPE_CHECKING:
    from opencc import OpenCC

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_]+")
_LETTER_IN_NUMBER = re.compile(r"(?<=\d)[OoIl](?=\d)|(?:(?<=\b\d)|(?<=\d\d))O(?![^\W\d_])")
_SIMILAR_TO_LATIN = frozenset("АВЕКМНОРСТХУІЈЅасеорхуіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")
_SYMBOLS = frozenset("μΩ")  # of units, not of words
_OWN_ALPHABETS = {"Cyrl": "CYRILLIC", "Grek": "GREEK", "Armn": "ARMENIAN", "Cher": "CHEROKEE", "Copt": "COPTIC"}
_ALPHABETS = frozenset({"LATIN", *_OWN_ALPHABETS.values()})


def check_script(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each character that is not usual in the letter's language, or is a typing error."""
    names = {tag: _list_own_names(letter_text, tag) for tag in {part.language for part in letter_text.parts}}
    for part in letter_text.written_parts:
        found = (*find_old_forms(part.text, part.language), *find_look_alikes(part.text, part.language))
        own_names = names[part.language]
        other = (finding for finding in found if not _is_in_name(part.text, finding, own_names))
        yield from report_findings(letter_text, part, other)
    yield from _check_variants(letter_text)


def count_old_forms(text: str, tag: str) -> int:
    """Return how many characters of a text have another form in a language."""
    return len(find_old_forms(text, tag))


@lru_cache(maxsize=KEPT_TEXTS)
def find_old_forms(text: str, tag: str) -> tuple[Finding, ...]:
    """Return a finding for each character with another form in a language: Traditional in Simplified Chinese."""
    if not _HAN.search(text):
        return ()
    script = load_locales()[tag].wording.script
    modern = _convert_script(text, script.modern) if script.modern else text
    if len(modern) != len(text):
        modern = text
    return tuple(_find_other_forms(text, modern, tag))


@lru_cache(maxsize=KEPT_TEXTS)
def find_look_alikes(text: str, tag: str) -> tuple[Finding, ...]:
    """Return a finding for each similar character of another script, letter in a number, and typing error."""
    own = _OWN_ALPHABETS.get(name_script(load_locales()[tag]), "LATIN")
    found = [*_find_mixed_words(text, own)]
    digits = ((match.start(), "0" if match.group() in "Oo" else "1") for match in _LETTER_IN_NUMBER.finditer(text))
    found += [_report_look_alike(text, *digit) for digit in digits]
    for pattern, right in load_locales()[tag].wording.script.look_alikes.items():
        found += [_report_look_alike(text, match.start(), right) for match in re.finditer(pattern, text)]
    for pattern in load_locales()[tag].wording.script.typing_errors:
        for match in re.finditer(pattern, text):
            message = f"'{match[0]}' in '{quote_part(text, *match.span())}' looks like a typing error"
            found.append(Finding(*match.span(), "W225", message, "Type the word again."))
    return tuple(found)


def _find_other_forms(text: str, modern: str, tag: str) -> Iterator[Finding]:
    locale = load_locales()[tag]
    script = locale.wording.script
    for place, (written, form) in enumerate(zip(text, modern, strict=True)):
        right = written if written in _map_variants(tag) else form
        if form == written and _HAN.match(written) and not _is_in_charset(written, script.charset):
            for conversion in script.foreign:
                right = _convert_script(right, conversion)
        if right != written:
            message = (
                f"'{written}' in '{quote_part(text, place, place + 1)}' is written '{right}' in {locale.english_name}"
            )
            hint = f"Write '{right}'; names of signatories and places may keep their own form."
            yield Finding(place, place + 1, "W222", message, hint)


def _is_in_charset(character: str, charset: str | None) -> bool:
    try:
        character.encode(charset or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=KEPT_TEXTS)
def _convert_script(text: str, conversion: str) -> str:
    return str(_open_converter(conversion).convert(text))


@cache
def _open_converter(conversion: str) -> "OpenCC":
    from opencc import OpenCC  # noqa: PLC0415 - slow to load, and only Chinese needs it

    return OpenCC(conversion)


def _find_mixed_words(text: str, own: str) -> Iterator[Finding]:
    """Yield the first letter of another alphabet than ``own`` in each word that mixes alphabets, or looks Latin."""
    if text.isascii() and own == "LATIN":
        return
    for word in _WORD.finditer(text):
        alphabets = ["" if letter in _SYMBOLS else _name_alphabet(letter) for letter in word.group()]
        other_alphabets = _ALPHABETS.intersection(alphabets) - {own}
        looks_latin = own == "LATIN" and _SIMILAR_TO_LATIN.issuperset(word.group())
        if other_alphabets and (own in alphabets or looks_latin or len(other_alphabets) > 1):
            place = word.start() + next(n for n, name in enumerate(alphabets) if name in other_alphabets)
            letter = f"'{text[place]}' in '{word.group()}'"
            message = f"{letter} is not a {own.title()} letter, but {unicodedata.name(text[place]).lower()}"
            yield Finding(place, place + 1, "W224", message, "Type the word again.")


def _report_look_alike(text: str, place: int, correct: str) -> Finding:
    message = f"'{text[place]}' in '{quote_part(text, place, place + 1)}' only looks like '{correct}'"
    return Finding(place, place + 1, "W224", message, f"Write '{correct}'.")


@cache
def _name_alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _list_own_names(letter_text: LetterText, tag: str) -> str:
    """Return the names of senders and the address lines, which keep their own characters.

    The names of the addressee and of the head of the mission are not included: letters use the language's forms.
    """
    campaign = letter_text.campaign
    people = [campaign.sender.name, *(person.name for person in campaign.signatories)]
    lines = (
        line
        for address in (letter_text.recipient.address, campaign.sender.address)
        for line in address.lines.get(tag, ())
    )
    return "\n".join((*(name.get(tag, "") for name in people), *lines))


def _is_in_name(text: str, found: Finding, names: str) -> bool:
    """Return whether the character of a finding and one next to it are in the names."""
    around = (text[max(0, found.start - 1) : found.end], text[found.start : found.end + 1])
    return found.code == "W222" and any(len(pair) > 1 and pair in names for pair in around)


@dataclass(frozen=True, slots=True)
class _CharacterPair:
    """Two adjacent characters, at least one with variants, and their place."""

    pair: str
    part: Part
    place: int


def _check_variants(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each variant of a character if the same word is written elsewhere with another."""
    tag = letter_text.letter.language
    spellings: dict[str, list[_CharacterPair]] = defaultdict(list)
    # The address comes first: its spelling, which comes from the records, is right.
    for part in sorted(letter_text.parts, key=lambda part: part.name is not PartName.ADDRESS):
        if part.language == tag:
            for main_pair, pair, place in _list_spellings(part.text, tag):
                spellings[main_pair].append(_CharacterPair(pair, part, place))
    for group in spellings.values():
        if len({spelling.pair for spelling in group}) > 1:
            yield from _report_variants(letter_text, group)


@lru_cache(maxsize=KEPT_TEXTS)
def _list_spellings(text: str, tag: str) -> tuple[tuple[str, str, int], ...]:
    """Return the place of each pair of characters with variants, and the pair as it is and with the main forms."""
    main_forms = _map_variants(tag)
    if main_forms.keys().isdisjoint(text):
        return ()
    return tuple(
        (main_forms.get(one, one) + main_forms.get(two, two), one + two, place)
        for place, (one, two) in enumerate(pairwise(text))
        if (one in main_forms or two in main_forms) and _HAN.match(one) and _HAN.match(two)
    )


@cache
def _map_variants(tag: str) -> Mapping[str, str]:
    return {character: group[-1] for group in load_locales()[tag].wording.script.variants for character in group}


def _report_variants(letter_text: LetterText, group: Iterable[_CharacterPair]) -> Iterator[Problem]:
    """Yield a problem for each spelling that differs from the first one, which is that of the address if it has it."""
    group = list(group)
    right = group[0].pair
    for spelling in group:
        if spelling.pair != right:
            message = f"'{spelling.pair}' is written '{right}' elsewhere in this letter"
            hint = "Use one form: the post office's for a place, the person's own for a person."
            found = Finding(spelling.place, spelling.place + 2, "W223", message, hint)
            yield from report_findings(letter_text, spelling.part, [found])
