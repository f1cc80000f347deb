"""Checks that a letter and each of its paragraphs are in the language of its file name.

They count the letters of the language, and its most frequent words, which are listed in its locale file. Names,
abbreviations and text in brackets or quotation marks may be in any language.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date
from functools import lru_cache

from petitioner.checks.letter_text import WRITTEN_PARTS, Finding, LetterText, report_findings
from petitioner.checks.words.script import count_old_forms
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.letter import PartName, Template
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.wording import Script
from petitioner.tables.locales import load_locales

_ASIDE = re.compile(
    r"\([^()]*\)|（[^（）]*）|「[^「」]*」|『[^『』]*』|“[^“”]*”|《[^《》]*》|\"[^\"]*\""
    r"|(?:https?://|www\.)[!-~]+|[A-Za-z0-9.+-]+@[A-Za-z0-9.-]+|\{\{.*?\}\}|\{[%#].*?[%#]\}"
)
_TOKEN = re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff々〇]|[^\\W\\d_\u3040-\u30ff\u3400-\u9fff]+")
_END = "。．.！!？?；;：:"
_SENTENCE = re.compile(f"(?<![^{_END}])[^{_END}]*[{_END}]")  # tried where one can begin, so that no text takes long
_HAN_NAME = re.compile("(?<![\u3000-\u9fff\uff00-\uffef])[\u3400-\u9fff\u3000]{1,24}(?![\u3000-\u9fff\uff00-\uffef])")
_MIN_FOREIGN = 5  # foreign words in lower case; fewer may be a name
_MIN_PARAGRAPH = 12  # words, or characters without blanks between words; shorter paragraphs are not checked
_MIN_LETTER = 40  # the same for a whole letter
_MIN_TYPICAL_SHARE = 0.03  # of frequent words; in a paragraph of real letters it is at least 0.4
_MAX_OLD_SHARE = 0.1  # of characters in an old form; in Traditional Chinese about a third differ from Simplified


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Numbers of words in a text, or of characters in languages without blanks between words.

    ``own`` are in the letters of the language, ``foreign`` in others, ``typical`` are frequent words of the language,
    ``given_up`` are in an old form that it no longer uses.
    """

    own: int = 0
    foreign: int = 0
    typical: int = 0
    given_up: int = 0

    def __add__(self, other: "WordCounts") -> "WordCounts":
        return WordCounts(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


def check_language(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for a letter in another language than its file name, or else for each such paragraph."""
    tag = letter_text.letter.language
    parts = [part for part in letter_text.parts if part.name in WRITTEN_PARTS]
    whole = _count_all_words(tuple(part.text for part in parts), tag)
    if _is_foreign(whole, 1, _MIN_LETTER) or _is_untypical(whole, tag, _MIN_LETTER):
        yield _report_letter(letter_text, "\n".join(part.text for part in parts))
        return
    for part in parts:
        if part.name is PartName.TEXT:
            yield from report_findings(letter_text, part, find_foreign_text(part.text, tag))


def check_copied_texts(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each letter with the same text as the letter in another language."""
    templates = workspace.templates
    for (stem, language), template in templates.items():
        other_tags = [tag for (other, tag), _ in templates.items() if other == stem and tag != language]
        copied = [tag for tag in other_tags if _get_text(templates[stem, tag]) == _get_text(template)]
        if copied and _is_in_wrong_language(template, copied):
            message = f"the letter has the same text as the one in {_name_language(copied[0])}"
            hint = f"Write it in {_name_language(language)}, or remove '{language}' from the languages of the missions."
            yield Problem(template.origin.path, 0, "W202", message, hint, find_severity("W202"))


@lru_cache(maxsize=KEPT_TEXTS)
def find_foreign_text(text: str, tag: str) -> tuple[Finding, ...]:
    """Return a finding for a paragraph that is not in a language, or else for each such sentence in it."""
    if _is_other_language(text, tag):
        return (_report_foreign("paragraph", text, 0, tag),)
    plain = _ASIDE.sub(lambda aside: " " * len(aside.group()), text)
    sentences = (
        found for found in _SENTENCE.finditer(plain) if _is_foreign(count_words(found.group(), tag), 0.4, _MIN_FOREIGN)
    )
    return tuple(_report_foreign("sentence", found.group(), found.start(), tag) for found in sentences)


def _report_foreign(what: str, text: str, start: int, tag: str) -> Finding:
    words = text.strip()[:30]
    start += len(text) - len(text.lstrip())
    message = f"this {what} is not in {_name_language(tag)}{_guess_language(text, tag)}: '{words} …'"
    hint = f"Write it in {_name_language(tag)}, or put it in quotation marks if it is quoted."
    return Finding(start, start + len(words), "W221", message, hint)


@lru_cache(maxsize=KEPT_TEXTS)
def _count_all_words(texts: tuple[str, ...], tag: str) -> WordCounts:
    return sum((count_words(text, tag) for text in texts), WordCounts())


@lru_cache(maxsize=KEPT_TEXTS)
def count_words(text: str, tag: str) -> WordCounts:
    """Count the words of a text that may be in a language, and others; names and text in brackets do not count."""
    script = load_locales()[tag].wording.script
    if script.letters is None:
        return WordCounts()
    letters, text = re.compile(f"[{script.letters}]"), _ASIDE.sub(" ", text)
    tokens = _TOKEN.findall(text if letters.match("\u4e00") else _HAN_NAME.sub(" ", text))
    own = [token for token in tokens if letters.match(token) and (token == token.lower() or not script.words)]
    foreign = sum(1 for token in tokens if not letters.match(token) and token == token.lower())
    return WordCounts(len(own), foreign, _count_typical(own, script), count_old_forms(text, tag))


def _count_typical(own: Iterable[str], script: Script) -> int:
    words = frozenset(script.words)
    pattern = re.compile(f"[{script.telling}]") if script.telling else None
    return sum(1 for token in own if token.lower() in words or (pattern and pattern.match(token)))


def _is_other_language(text: str, tag: str) -> bool:
    """Return whether a paragraph is not in a language; one without a sentence may be a list of names."""
    counts = count_words(text, tag)
    is_untypical = _SENTENCE.search(text) is not None and _is_untypical(counts, tag, _MIN_PARAGRAPH)
    return is_untypical or _is_foreign(counts, 0.4, _MIN_FOREIGN)


def _is_foreign(counts: WordCounts, share: float, enough: int) -> bool:
    is_long_enough = counts.own + counts.foreign >= enough
    return is_long_enough and counts.foreign >= _MIN_FOREIGN and counts.foreign > share * counts.own


def _is_untypical(counts: WordCounts, tag: str, enough: int) -> bool:
    """Whether at least ``enough`` words are in a language's letters, but few of them frequent, or many in old forms."""
    script = load_locales()[tag].wording.script
    if counts.own < enough:
        return False
    has_few = (script.telling or script.words) and counts.typical < _MIN_TYPICAL_SHARE * counts.own
    return bool(has_few) or counts.given_up > _MAX_OLD_SHARE * counts.own


def _report_letter(letter_text: LetterText, text: str) -> Problem:
    tag, path = letter_text.letter.language, letter_text.template.origin.path
    language = _name_language(tag)
    message = f"the file name of this letter says {language}, but its text is not in {language}"
    message += _guess_language(text, tag)
    hint = "Rename the file to the language of its text, or write the text in the language of its name."
    return Problem(path, 0, "W201", message, hint, find_severity("W201"))


def _guess_language(text: str, tag: str) -> str:
    others = [other for other in load_locales() if other != tag and _may_be_in(text, other)]
    return f"; it looks like {_name_language(others[0])}" if len(others) == 1 else ""


def _may_be_in(text: str, tag: str) -> bool:
    counts = count_words(text, tag)
    return counts.own > counts.foreign and not _is_other_language(text, tag)


def _is_in_wrong_language(template: Template, other_tags: Iterable[str]) -> bool:
    """Return whether a letter with the same text as others is in their language, rather than in its own."""
    text = template.body
    return not _may_be_in(text, template.language) or not any(not _may_be_in(text, tag) for tag in other_tags)


def _get_text(template: Template) -> tuple[str, ...]:
    return (template.front.subject, template.front.closing, "".join(template.body.split()))


def _name_language(tag: str) -> str:
    return load_locales()[tag].english_name
