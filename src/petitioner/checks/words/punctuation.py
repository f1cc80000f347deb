"""Checks of character widths, punctuation, quotation marks, brackets and spaces."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache

from petitioner.checks.letter_text import (
    WRITTEN_PARTS,
    Finding,
    LetterText,
    list_record_texts,
    quote_part,
    report_findings,
)
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.letter import Part, PartName
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.locale import Locale
from petitioner.tables.locales import load_locales

_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+|(?<=\d)．(?=\d)|(?<=\d)，(?=\d{3}(?!\d))")
_HALF_WIDTH_KANA = re.compile("[ｦ-ﾟ]+")
_DOUBLED = re.compile(
    r"([、。，．；：])\s*[、。，．；：]|([,;:])[,;:]+|(?<!\.)\.\.(?!\.)|[!！]{2,}|(?<![?？])[?？]{2}(?![?？])|[。、，][,.]|[,.][。、，]"
)
_DOUBLED_BLANKS = re.compile("(?<=[^\\s])(?:[ \u00a0]{2,}|[ \u00a0]\u3000|\u3000[ \u00a0\u3000]+)(?=[^\\s])")
_BLANK_AFTER_OPENING = re.compile(r"(?<=[(（\[「『“《〈])[ \u3000]+(?=\S)")
_MISSING_BLANK = re.compile(r"(?<=[^\W\d_]{2})[,;:](?=[^\W\d_]{2})|(?<=[a-z]{2})\.(?=[A-Z][a-z])")
_LIST_LABEL = re.compile(r"(?:^|(?<=\s))(?:\d{1,3}|[^\W\d_]|[ivx]{1,4})(?=[)）])")
_STRAIGHT, _CURLY = re.compile("['\"]"), re.compile("[‘’“”]")
_QUOTED_VALUE = re.compile(r"^(?:“[^“”]*”|‘[^‘’]*’|\"[^\"]*\"|'[^']*'|„[^“”]*[“”]|«[^«»]*»)$")
_CHARACTER_CODES = frozenset({"W231", "W232"})
_HALF_QUOTED_VALUE = re.compile("[“”„][^“”„]*|[^“”„]*[“”„]")  # the other half is in another value, or was never written
_HALF_WIDTH_PARTS = frozenset({*WRITTEN_PARTS, PartName.SENDER, PartName.SIGNATURE, PartName.ENCLOSURES})


def check_punctuation(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each wrong punctuation character, space, character width, bracket or quotation mark."""
    for part in letter_text.written_parts:
        findings = find_punctuation_faults(part.text, part.language)
        findings += find_full_width(part.text) if part.name in _HALF_WIDTH_PARTS else ()
        yield from report_findings(letter_text, part, (one for one in findings if _is_in_fonts(one, part, letter_text)))
    yield from _check_unpaired_marks(letter_text)
    yield from _check_quotes(letter_text)


def _is_in_fonts(found: Finding, part: Part, letter_text: LetterText) -> bool:
    """Return whether the fonts have all characters of a finding; others are reported as errors (G101)."""
    if found.code not in _CHARACTER_CODES or not letter_text.is_on_paper:
        return True
    return all(letter_text.coverage(part.language, character) for character in part.text[found.start : found.end])


def check_quoted_values(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each value with quotation marks that would be printed.

    These are curly ones, which are not YAML, or a second pair around the whole value.
    """
    records = (*workspace.recipients, *((workspace.campaign,) if workspace.campaign else ()))
    for record in records:
        for location, text in list_record_texts(record):
            if found := _explain_quotes(text, may_be_quoted="enclosures" in location):
                code, message, hint = found
                line = record.origin.line_of(*location)
                yield Problem(record.origin.path, line, code, message, hint, find_severity(code))
    for template in workspace.templates.values():
        for name, line in template.front_lines.items():
            if found := _explain_quotes(getattr(template.front, name) or ""):
                code, message, hint = found
                yield Problem(template.origin.path, line, code, message, hint, find_severity(code))


def _explain_quotes(text: str, *, may_be_quoted: bool = False) -> tuple[str, str, str] | None:
    """Return code, message and hint for a value whose quotation marks would be printed, else None."""
    is_quoted = not may_be_quoted and _QUOTED_VALUE.match(text)
    if (is_quoted and _CURLY.match(text)) or _HALF_QUOTED_VALUE.fullmatch(text):
        hint = 'Type straight quotes (") instead, one before and one after the whole value.'
        return "W205", f"the curly quotation mark would be printed: {text}", hint
    if is_quoted:
        hint = f'Write {text[1:-1]}, within straight quotes (") if YAML needs some.'
        return "W237", f"the quotation marks would be printed: {text}", hint
    return None


@lru_cache(maxsize=KEPT_TEXTS)
def find_full_width(text: str) -> tuple[Finding, ...]:
    """Return a finding for each full-width letter, digit, and decimal point or comma in a number."""
    hint = "Type them in half width."
    return tuple(
        Finding(*found.span(), "W231", f"'{found.group()}' is in full-width characters", hint)
        for found in _FULL_WIDTH.finditer(text)
    )


@lru_cache(maxsize=KEPT_TEXTS)
def find_punctuation_faults(text: str, tag: str) -> tuple[Finding, ...]:
    """Return a finding for each wrong punctuation character or blank of a paragraph in a language."""
    locale = load_locales()[tag]
    kana = (
        Finding(*found.span(), "W231", f"'{found.group()}' is in half-width characters", "Type it in full width.")
        for found in _HALF_WIDTH_KANA.finditer(text)
    )
    return (*kana, *_find_foreign_punctuation(text, locale), *_find_doubled(text, locale), *find_blanks(text, locale))


def _find_foreign_punctuation(text: str, locale: Locale) -> Iterator[Finding]:
    """Yield punctuation of another script next to letters of a language."""
    marks = locale.wording.marks
    if not marks.beside or not marks.punctuation:
        return
    for found in _compile_foreign_punctuation(marks.beside, "".join(marks.punctuation)).finditer(text):
        right = marks.punctuation[found.group()]
        message = f"'{found.group()}' in '{quote_part(text, *found.span())}' is not used in {locale.english_name}"
        yield Finding(*found.span(), "W232", message, f"Write '{right}'.")


@cache
def _compile_foreign_punctuation(beside: str, marks: str) -> re.Pattern[str]:
    either, no_decimal = f"[{re.escape(marks)}]", r"(?!(?<=\d.)\d)"
    return re.compile(f"(?:(?<=[{beside}])|(?<=[{beside}][ \u3000])){either}{no_decimal}|{either}(?=[{beside}])")


def _find_doubled(text: str, locale: Locale) -> Iterator[Finding]:
    patterns = (("mark", _DOUBLED), *(("word", re.compile(pattern)) for pattern in locale.wording.marks.twice))
    for kind, pattern in patterns:
        for found in pattern.finditer(text):
            message = f"a {kind} is written twice: '{found.group()}' in '{quote_part(text, *found.span())}'"
            yield Finding(*found.span(), "W235", message, "Keep one.")


def find_blanks(text: str, locale: Locale) -> Iterator[Finding]:
    """Yield blanks that are doubled, missing, of the wrong width, or before punctuation."""
    for pattern, fault, hint in _list_blank_faults(locale):
        for found in pattern.finditer(text):
            start, end = found.span()
            yield Finding(start, end, "W236", f"{fault} in '{quote_part(text, start, end)}'", hint)


def _list_blank_faults(locale: Locale) -> Iterator[tuple[re.Pattern[str], str, str]]:
    tight = "".join(
        mark for mark in ",.;:!?)]、。，；：！？）」』”》〉" if mark not in (locale.wording.marks.blank_before or "")
    )
    before = re.compile(rf"(?<=[^\s.…])[ \u00a0\u3000]+(?=[{re.escape(tight)}](?![\d.]))")
    yield before, "a space before a mark", "Delete it."
    yield _BLANK_AFTER_OPENING, "a space after an opening mark", "Delete it."
    yield _DOUBLED_BLANKS, "two spaces in a row", "Keep one."
    if locale.joins_lines_with_space:
        yield re.compile("\u3000"), "a full-width space", "Type an ordinary space."
        yield _MISSING_BLANK, "no space after a mark", "Add one."


def _check_unpaired_marks(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each bracket or quotation mark without a partner; quotations may have several paragraphs."""
    parts = [part for part in letter_text.written_parts if part.name is not PartName.ADDRESS]
    for part, next_part in zip(parts, [*parts[1:], None], strict=True):
        findings = find_unpaired(part.text, part.language)
        following = next_part.text[:1] if next_part and next_part.name is part.name else ""
        yield from report_findings(
            letter_text, part, (one for one in findings if not _continues_quotation(part.text[one.start], following))
        )


def _continues_quotation(character: str, following: str) -> bool:
    """Whether the next paragraph starts with the quotation mark that this one left open."""
    return character == following and character in '“「『«"'


@lru_cache(maxsize=KEPT_TEXTS)
def find_unpaired(text: str, tag: str) -> tuple[Finding, ...]:
    """Return a finding for each bracket or quotation mark of a language without its other half."""
    pairs = load_locales()[tag].wording.marks.pairs
    closers = {pair[1]: pair[0] for pair in pairs}
    marks = {mark for pair in pairs for mark in pair}
    skipped = {found.end() for found in _LIST_LABEL.finditer(text)}
    open_at: list[int] = []
    alone: list[int] = []
    for place, character in enumerate(text):
        if character not in marks:
            continue
        if character not in closers:
            open_at.append(place)
        elif open_at and text[open_at[-1]] == closers[character]:
            open_at.pop()
        elif place not in skipped:
            alone.append(place)
    straight = [found.start() for found in re.finditer('"', text)]
    return tuple(_report_unpaired(text, place) for place in (*open_at, *alone, *straight[: len(straight) % 2]))


def _report_unpaired(text: str, place: int) -> Finding:
    message = f"'{text[place]}' in '{quote_part(text, place, place + 1)}' has no partner"
    return Finding(place, place + 1, "W234", message, "Add it, or delete this one.")


@lru_cache(maxsize=KEPT_TEXTS)
def _find_marks(kind: re.Pattern[str], text: str) -> tuple[re.Match[str], ...]:
    return tuple(kind.finditer(text))


def _check_quotes(letter_text: LetterText) -> Iterator[Problem]:
    """Yield the rarer kind of quotation marks and apostrophes if a letter has straight and curly ones."""
    parts = letter_text.written_parts
    straight, curly = (
        [(part, found) for part in parts for found in _find_marks(kind, part.text)] for kind in (_STRAIGHT, _CURLY)
    )
    if not straight or not curly:
        return
    rarer, name, other = (
        (straight, "straight", "curly") if len(straight) <= len(curly) else (curly, "curly", "straight")
    )
    for part, found in rarer:
        message = f"a mark in '{quote_part(part.text, *found.span())}' is {name}, but the others are {other}"
        yield from report_findings(
            letter_text, part, [Finding(*found.span(), "W233", message, "Use one kind in the whole letter.")]
        )
