"""Check particles (Korean 은/는): their form depends on the last sound of the word before them.

A writer of ``{{ recipient.name }}`` does not see that word, and writes one form for all, or both.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from unicodedata import normalize

from petitioner.checks.letter_text import WRITTEN_PARTS, Finding, LetterText, list_record_texts, report_findings
from petitioner.errors import Problem
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.wording import Particle
from petitioner.tables.locales import format_day, load_locales

_CLOSING_CHARACTER = "[」』”’》〉]?"  # may be between a word and its particle


def check_particles(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each particle with a wrong form after its word, and for both forms next to each other."""
    if not letter_text.locale.wording.particles:
        return
    words = tuple(sorted(set(_list_filled_in(letter_text)), key=len, reverse=True))
    for part in letter_text.parts:
        if part.name in WRITTEN_PARTS:
            contained = tuple(word for word in words if word in part.text)  # mostly none, which helps the cache
            found = _find_particles(part.text, letter_text.letter.language, contained)
            yield from report_findings(letter_text, part, found)


def _list_filled_in(letter_text: LetterText) -> Iterator[str]:
    """Yield the words that a template may fill in: texts of the records in the letter's language, and dates."""
    tag, campaign = letter_text.letter.language, letter_text.campaign
    for record in (letter_text.recipient, campaign):
        yield from (text for location, text in list_record_texts(record) if location[-1] == tag)
    yield from (
        format_day(letter_text.locale, day, campaign.date_style.get(tag)) for day in (campaign.day, campaign.date)
    )


@lru_cache(maxsize=KEPT_TEXTS)
def _find_particles(text: str, tag: str, words: tuple[str, ...]) -> tuple[Finding, ...]:
    found: dict[tuple[int, int], Finding] = {}
    for particle in load_locales()[tag].wording.particles:
        for finding in (*_find_double_forms(text, particle), *_find_wrong_forms(text, tag, particle, words)):
            found.setdefault((finding.start, finding.end), finding)
    return tuple(found.values())


def _find_double_forms(text: str, particle: Particle) -> Iterator[Finding]:
    """Yield a finding for each particle with both forms, as in a form to be filled in by hand."""
    for match in _compile_double_forms(tuple(particle.forms)).finditer(text):
        last = _get_last_character(text[: match.start()])
        expected = _choose_form(last, particle)
        message = f"'{match[0]}' gives two forms of the particle"
        message += f"; after '{last}' it is '{expected}'" if expected else ""
        yield Finding(*match.span(), "W226", message, _make_hint(expected))


def _find_wrong_forms(text: str, tag: str, particle: Particle, words: tuple[str, ...]) -> Iterator[Finding]:
    letters = load_locales()[tag].wording.script.letters or r"\w"
    filled_in = rf"(?<![{letters}])(?:{'|'.join(map(re.escape, words))})" if words else ""
    for before, forms in ((filled_in, tuple(particle.forms)), (f"[{letters}]", particle.sure)):
        pattern = rf"(?:{before}){_CLOSING_CHARACTER}({'|'.join(forms)})(?![{letters}(/])"
        for match in re.finditer(pattern, text) if before and forms else ():
            last = _get_last_character(text[: match.start(1)])
            if (expected := _choose_form(last, particle)) not in ("", match[1]):
                message = f"the particle '{match[1]}' is wrong after '{last}'"
                yield Finding(*match.span(1), "W226", message, _make_hint(expected))


def _get_last_character(before: str) -> str:
    """Return the last character of a text before a closing quotation mark."""
    return re.sub(f"{_CLOSING_CHARACTER}$", "", before)[-1:]


def _choose_form(last: str, particle: Particle) -> str:
    """Return the form of a particle after a character; empty if its sound is unknown, as for Latin letters."""
    sound = normalize("NFD", last)
    return next((form for form, ending in particle.forms.items() if re.search(f"(?:{ending})$", sound)), "")


def _make_hint(expected: str) -> str:
    general = "If names end differently, put a fixed word between name and particle."
    return f"Write '{expected}'. {general}" if expected else general


@cache
def _compile_double_forms(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for both forms: 은(는), 은/는, and (으)로 if one form ends in the other."""
    pairs = [(one, two) for one in forms for two in forms if one != two]
    tries = [rf"{one}\({two}\)|\({one}\){two}|{one}/{two}" for one, two in pairs]
    tries += [rf"\({one.removesuffix(two)}\){two}" for one, two in pairs if one.endswith(two)]
    return re.compile("|".join(tries))
