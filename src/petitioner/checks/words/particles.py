"""Particles whose form depends on how the word before them sounds, after words that are filled in.

A writer does not see the word while writing ``{{ recipient.name }}``, and so takes one form for all, or leaves both.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from unicodedata import normalize

from petitioner.checks.letter_text import WRITTEN, Finding, LetterText, list_texts, report
from petitioner.errors import Problem
from petitioner.model.wording import Particle
from petitioner.tables.locales import format_day, load_locales

_CLOSED = "[」』”’》〉]?"  # a mark that may stand between a word and its particle


def check_particles(letter_text: LetterText) -> Iterator[Problem]:
    """A problem for each particle in a form that does not follow the word before it, and for two forms side by side."""
    if not letter_text.locale.wording.particles:
        return
    words = tuple(sorted(set(_list_words(letter_text)), key=len, reverse=True))
    for part in letter_text.parts:
        if part.name in WRITTEN:
            there = tuple(word for word in words if word in part.text)  # mostly none, so that the rest is found once
            yield from report(letter_text, part, _find_particles(part.text, letter_text.letter.language, there))


def _list_words(letter_text: LetterText) -> Iterator[str]:
    """Yield what may be filled in: the texts of the records in the language of the letter, and the dates."""
    tag, campaign = letter_text.letter.language, letter_text.campaign
    for record in (letter_text.recipient, campaign):
        yield from (text for location, text in list_texts(record) if location[-1] == tag)
    yield from (
        format_day(letter_text.locale, day, campaign.date_style.get(tag)) for day in (campaign.day, campaign.date)
    )


@lru_cache(maxsize=8192)
def _find_particles(text: str, tag: str, words: tuple[str, ...]) -> tuple[Finding, ...]:
    found: dict[tuple[int, int], Finding] = {}
    for particle in load_locales()[tag].wording.particles:
        for one in (*_find_undecided(text, particle), *_find_wrong(text, tag, particle, words)):
            found.setdefault((one.start, one.end), one)
    return tuple(found.values())


def _find_undecided(text: str, particle: Particle) -> Iterator[Finding]:
    """Both forms side by side, as a form to be filled in by hand has them."""
    for match in _seek_both(tuple(particle.forms)).finditer(text):
        last = _find_last(text[: match.start()])
        due = _choose_form(last, particle)
        message = f"'{match[0]}' gives two forms of the particle"
        message += f"; after '{last}' it is '{due}'" if due else ""
        yield Finding(*match.span(), "W226", message, _advise(due))


def _find_wrong(text: str, tag: str, particle: Particle, words: tuple[str, ...]) -> Iterator[Finding]:
    letters = load_locales()[tag].wording.script.letters or r"\w"
    known = rf"(?<![{letters}])(?:{'|'.join(map(re.escape, words))})" if words else ""
    for before, forms in ((known, tuple(particle.forms)), (f"[{letters}]", particle.sure)):
        pattern = rf"(?:{before}){_CLOSED}({'|'.join(forms)})(?![{letters}(/])"
        for match in re.finditer(pattern, text) if before and forms else ():
            last = _find_last(text[: match.start(1)])
            if (due := _choose_form(last, particle)) not in ("", match[1]):
                message = f"the particle '{match[1]}' is wrong after '{last}'"
                yield Finding(*match.span(1), "W226", message, _advise(due))


def _find_last(before: str) -> str:
    """Return the last character that is spoken of a text."""
    return re.sub(f"{_CLOSED}$", "", before)[-1:]


def _choose_form(last: str, particle: Particle) -> str:
    """Return the form that is due after a character, or nothing where its sound is unknown, as of Latin letters."""
    sound = normalize("NFD", last)
    return next((form for form, ending in particle.forms.items() if re.search(f"(?:{ending})$", sound)), "")


def _advise(due: str) -> str:
    other = "If names end differently, put a fixed word between name and particle."
    return f"Write '{due}'. {other}" if due else other


@cache
def _seek_both(forms: tuple[str, ...]) -> re.Pattern[str]:
    """은(는), 은/는, and (으)로 where one form ends in the other."""
    pairs = [(one, two) for one in forms for two in forms if one != two]
    tries = [rf"{one}\({two}\)|\({one}\){two}|{one}/{two}" for one, two in pairs]
    tries += [rf"\({one.removesuffix(two)}\){two}" for one, two in pairs if one.endswith(two)]
    return re.compile("|".join(tries))
