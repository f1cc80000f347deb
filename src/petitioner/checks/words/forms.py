"""Checks of forms of address: openings and closings, salutations, honorifics, names, and placeholders."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from petitioner.checks.letter_text import (
    WRITTEN_PARTS,
    Finding,
    LetterText,
    quote_part,
    report_findings,
)
from petitioner.errors import Problem
from petitioner.model.codes import find_severity
from petitioner.model.letter import Part, PartName
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.wording import Greeting, Honorifics, Pair
from petitioner.tables.locales import load_locales

_LINE_START = r"^{}(?=[\s、，,。.：:！!]|$)"
_LINE_END = r"(?:^|(?<=[\s。．.，、])){}[。．.！!]?$"

_MIN_NAME_CHARACTERS = 2  # a single character of a name also occurs in other words
_DOTS = re.compile(r"\.{3,}|．{3,}|・{3,}")


@dataclass(frozen=True, slots=True)
class _FoundWord:
    """An opening or closing word, the part that it is in, and its index there."""

    word: str
    part: Part
    start: int

    def make_finding(self, code: str, message: str, hint: str) -> Finding:
        return Finding(self.start, self.start + len(self.word), code, message, hint)


def check_opening_and_closing(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem if opening and closing do not match, or one is missing."""
    pairs = letter_text.locale.wording.pairs
    opened = tuple(_find_words(letter_text, (word for pair in pairs for word in pair.opening), _LINE_START))
    closed = tuple(_find_words(letter_text, (word for pair in pairs for word in pair.closing), _LINE_END))
    for opening in opened if not closed else ():
        expected = _format_choices(word for pair in pairs if opening.word in pair.opening for word in pair.closing)
        message = f"the letter opens with '{opening.word}', but has no matching closing"
        found = opening.make_finding("W211", message, f"Close it with {expected}.")
        yield from report_findings(letter_text, opening.part, [found])
    for closing in closed:
        findings = _check_closing(closing, [found.word for found in opened], pairs)
        yield from report_findings(letter_text, closing.part, findings)


def check_salutation(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for a salutation that is missing, names nobody, or does not end as is usual in the language."""
    rules = letter_text.locale.wording.salutation
    part = next((part for part in letter_text.parts if part.name is PartName.SALUTATION), None)
    if part is not None:
        yield from report_findings(letter_text, part, _check_salutation_text(part.text, rules, letter_text))
    elif rules.wanted:
        message = f"a letter in {letter_text.locale.english_name} needs a salutation, but this one has none"
        origin = letter_text.template.origin
        hint = "Add a line 'salutation: …' to its head."
        yield Problem(origin.path, origin.line, "W214", message, hint, find_severity("W214"))


def check_addressee(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem if a letter addresses somebody other than the addressee, such as the ambassador.

    Covering notes are not checked, since they are to the mission.
    """
    rules, tag = letter_text.locale.wording.salutation, letter_text.letter.language
    addressee = letter_text.campaign.addressee
    names = [addressee.name[tag], *filter(None, [addressee.family_name.get(tag)])]
    for part in letter_text.parts if letter_text.is_on_paper else ():
        if part.name is PartName.SALUTATION and not any(name in part.text for name in names):
            found = _find_other_addressees(part.text, rules.others, addressee.title[tag])
            yield from report_findings(letter_text, part, found)
        elif part.name in (PartName.TEXT, PartName.CLOSING):
            found = _find_other_addressees(part.text, rules.spoken_to, addressee.title[tag])
            yield from report_findings(letter_text, part, found)


@lru_cache(maxsize=KEPT_TEXTS)
def _find_other_addressees(text: str, pattern: str | None, title: str) -> tuple[Finding, ...]:
    hint = "Address the person under 'addressee' in campaign.yaml."
    return tuple(
        Finding(*found.span(), "W219", f"'{found[0]}' is not the addressee, who is '{title}'", hint)
        for found in (re.finditer(pattern, text) if pattern else ())
        if found[1].casefold() not in title.casefold()
    )


def _find_words(letter_text: LetterText, words: Iterable[str], pattern: str) -> Iterator[_FoundWord]:
    """Yield each of the words that is at the place of the pattern: the start or the end of a line."""
    parts = [part for part in letter_text.parts if part.name in WRITTEN_PARTS]
    whole = "\n".join(part.text for part in parts)
    for word in (one for one in dict.fromkeys(words) if one in whole):
        for part in parts:
            if word in part.text:
                for found in re.finditer(pattern.format(re.escape(word)), part.text):
                    yield _FoundWord(word, part, found.start())


def _check_closing(closing: _FoundWord, opened: list[str], pairs: Iterable[Pair]) -> Iterator[Finding]:
    fitting = [pair for pair in pairs if closing.word in pair.closing]
    if not opened:
        expected = _format_choices(word for pair in fitting for word in pair.opening)
        message = f"the letter closes with '{closing.word}', but has no matching opening"
        yield closing.make_finding("W211", message, f"Open it with {expected}.")
    elif not any(word in pair.opening for pair in fitting for word in opened):
        expected = _format_choices(word for pair in pairs if opened[0] in pair.opening for word in pair.closing)
        message = f"'{closing.word}' does not close a letter that opens with '{opened[0]}'"
        yield closing.make_finding("W203", message, f"Close it with {expected}.")


def _check_salutation_text(text: str, rules: Greeting, letter_text: LetterText) -> Iterator[Finding]:
    bare = text.rstrip(" \u3000:,.;：，。！!").casefold()
    is_due = letter_text.is_on_paper and "addressee" not in letter_text.missing
    if is_due and bare in (words.casefold() for words in rules.general):
        name = letter_text.campaign.addressee.name[letter_text.letter.language]
        message = f"the salutation '{text}' names nobody, but the letter is to {name}"
        yield Finding(0, len(text), "W217", message, f"Name the addressee: {name}.")
    if rules.ends and not text.endswith(rules.ends):
        message = f"the salutation '{text}' does not end as is usual in {letter_text.locale.english_name}"
        yield Finding(0, len(text), "W216", message, f"End it with {_format_choices(rules.ends)}.")


def _format_choices(words: Iterable[str]) -> str:
    return " or ".join(f"'{word}'" for word in dict.fromkeys(words))


def check_honorifics(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each unsuitable honorific, and for two honorifics next to each other."""
    tag, rules = letter_text.letter.language, letter_text.locale.wording.honorifics
    head = letter_text.recipient.head
    yield from _check_addressee_honorific(letter_text, rules)
    for part in letter_text.written_parts:
        if part.language == tag:
            found = _find_honorifics(part.text, tag, head.name.get(tag, "") if head else "")
            yield from report_findings(letter_text, part, found)


def check_given_names(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem wherever the addressee or the head of the mission is called by the given name."""
    tag = letter_text.letter.language
    head = letter_text.recipient.head
    for person in (letter_text.campaign.addressee, *((head,) if head else ())):
        name, family = person.name.get(tag, ""), person.family_name.get(tag, "")
        given = name.removeprefix(family).removesuffix(family).strip()
        if family and given != name and len(given) >= _MIN_NAME_CHARACTERS:
            for part in letter_text.parts:
                if part.name in WRITTEN_PARTS and given in part.text:
                    yield from report_findings(letter_text, part, _find_given_name(part, name, family, given))


def _check_addressee_honorific(letter_text: LetterText, rules: Honorifics) -> Iterator[Problem]:
    tag, campaign = letter_text.letter.language, letter_text.campaign
    given = campaign.addressee.honorific.get(tag)
    if given and rules.addressee and given not in rules.addressee:
        line = campaign.origin.line_of("addressee", "honorific", tag)
        message = f"'{given}' is not the honorific of a head of state"
        yield Problem(campaign.origin.path, line, "W212", message, _make_rule_hint(rules), find_severity("W212"))


@lru_cache(maxsize=KEPT_TEXTS)
def _find_honorifics(text: str, tag: str, head_name: str) -> tuple[Finding, ...]:
    return tuple(_find_wrong_honorifics(text, load_locales()[tag].wording.honorifics, head_name))


def _find_wrong_honorifics(text: str, rules: Honorifics, head_name: str) -> Iterator[Finding]:
    for found in re.compile(rules.doubled).finditer(text) if rules.doubled else ():
        message = f"two honorifics are next to each other: '{found.group()}'"
        yield Finding(*found.span(), "W213", message, _make_rule_hint(rules))
    name = re.escape(head_name) if head_name else "(?!)"
    for pattern in rules.misplaced:
        for found in re.compile(pattern.replace("{name}", name)).finditer(text):
            message = f"the honorific in '{found.group()}' is not suitable"
            yield Finding(*found.span(), "W212", message, _make_rule_hint(rules))


def _find_given_name(part: Part, name: str, family: str, given: str) -> Iterator[Finding]:
    wide = unicodedata.east_asian_width(given[0]) in "WF"
    pattern = re.compile(re.escape(given) if wide else rf"\b{re.escape(given)}\b")
    message = f"'{given}' is the given name of {name}"
    hint = f"Write the family name, '{family}', or the whole name, '{name}'."
    whole = re.compile(r"[\s\u3000・·]*".join(map(re.escape, "".join(name.split()))))
    unnamed = whole.sub(lambda found: "\0" * len(found.group()), part.text)
    for found in pattern.finditer(unnamed):
        yield Finding(*found.span(), "W215", message, hint)


def _make_rule_hint(rules: Honorifics) -> str:
    return rules.rule or "Keep the right one."


def check_placeholders(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each placeholder that was not filled in."""
    for part in letter_text.parts:
        yield from report_findings(letter_text, part, find_placeholders(part.text))


@lru_cache(maxsize=KEPT_TEXTS)
def find_placeholders(text: str) -> tuple[Finding, ...]:
    """Return a finding for each placeholder of any language, since translations keep them, and for three dots."""
    hint = "Fill it in, or delete it."
    matches = [found for pattern in _list_placeholders() for found in pattern.finditer(text)]
    placeholders = {found.span(): found.group() for found in matches}
    gaps = {found.span(): found for found in _DOTS.finditer(text)}
    return (
        *(Finding(*span, "W204", f"'{words}' is still to be filled in", hint) for span, words in placeholders.items()),
        *(
            Finding(
                *span,
                "W218",
                f"something seems to be missing in '{quote_part(text, *span)}'",
                f"{hint} For an ellipsis, write '…'.",
            )
            for span in gaps
        ),
    )


@cache
def _list_placeholders() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for locale in load_locales().values() for pattern in locale.wording.placeholders)
