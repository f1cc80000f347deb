"""Languages: a letter is written in the one that its file name says, and so is each of its paragraphs.

Judged by letters and by the words that no page lacks, which the language's own file names. Names, abbreviations and
text in brackets or quotation marks may be in any language.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date
from functools import lru_cache

from petitioner.checks.letter_text import WRITTEN, Finding, LetterText, report
from petitioner.checks.words.script import count_old_forms
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.letter import PartName, Template
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
_FEW = 5  # foreign words in lower case that no name has
_PARAGRAPH = 12  # words, or signs where words have no blanks between them, by which a paragraph can be judged
_PAGE = 40  # as many by which a whole letter can be judged
_LACKING = 0.03  # of the words of any page: in a paragraph of the real letters it is 0.4 at least
_GIVEN_UP = 0.1  # of the signs: in Traditional Chinese about a third differ from Simplified


@dataclass(frozen=True, slots=True)
class Tally:
    """The words of a text, or its signs where words have no blanks between them: in the letters of a language, in
    others, with one of the letters or words that no page lacks, and in a form that the language gave up."""

    own: int = 0
    foreign: int = 0
    telling: int = 0
    given_up: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


def check_language(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for a letter in another language than its name says, or else for each such paragraph."""
    tag = letter_text.letter.language
    parts = [part for part in letter_text.parts if part.name in WRITTEN]
    whole = sum((tally_words(part.text, tag) for part in parts), Tally())
    if _is_foreign(whole, 1, _PAGE) or _is_unlike(whole, tag, _PAGE):
        yield _report_letter(letter_text, "\n".join(part.text for part in parts))
        return
    for part in parts:
        if part.name is PartName.TEXT:
            yield from report(letter_text, part, find_foreign(part.text, tag))


def check_copies(workspace: Workspace, today: date) -> Iterator[Problem]:  # noqa: ARG001 - what a check is called with
    """Yield a problem for each letter that is word for word one in another language."""
    templates = workspace.templates
    for (stem, language), template in templates.items():
        twins = [tag for (other, tag), twin in templates.items() if other == stem and tag != language]
        copied = [tag for tag in twins if _spell(templates[stem, tag]) == _spell(template)]
        if copied and _is_odd_twin(template, copied):
            message = f"the letter has the same text as the one in {_name(copied[0])}"
            hint = f"Write it in {_name(language)}, or remove '{language}' from the languages of the missions."
            yield Problem(template.origin.path, 0, "W202", message, hint, find_severity("W202"))


@lru_cache(maxsize=8192)
def find_foreign(text: str, tag: str) -> tuple[Finding, ...]:
    """Return a paragraph, or else sentences in it, that cannot be in a language, with their first words."""
    if _is_strange(text, tag):
        return (_name_foreign("paragraph", text, 0, tag),)
    plain = _ASIDE.sub(lambda aside: " " * len(aside.group()), text)
    sentences = (
        found for found in _SENTENCE.finditer(plain) if _is_foreign(tally_words(found.group(), tag), 0.4, _FEW)
    )
    return tuple(_name_foreign("sentence", found.group(), found.start(), tag) for found in sentences)


def _name_foreign(what: str, text: str, start: int, tag: str) -> Finding:
    words = text.strip()[:30]
    start += len(text) - len(text.lstrip())
    message = f"this {what} is not in {_name(tag)}{_guess(text, tag)}: '{words} …'"
    hint = f"Write it in {_name(tag)}, or put it in quotation marks if it is quoted."
    return Finding(start, start + len(words), "W221", message, hint)


@lru_cache(maxsize=16384)
def tally_words(text: str, tag: str) -> Tally:
    """Return the words of a text by whether they may belong to a language; names and asides count for none."""
    script = load_locales()[tag].wording.script
    if script.letters is None:
        return Tally()
    letters, text = re.compile(f"[{script.letters}]"), _ASIDE.sub(" ", text)
    tokens = _TOKEN.findall(text if letters.match("\u4e00") else _HAN_NAME.sub(" ", text))
    own = [token for token in tokens if letters.match(token) and (token == token.lower() or not script.words)]
    foreign = sum(1 for token in tokens if not letters.match(token) and token == token.lower())
    return Tally(len(own), foreign, _count_telling(own, script), count_old_forms(text, tag))


def _count_telling(own: Iterable[str], script: Script) -> int:
    words = frozenset(script.words)
    telling = re.compile(f"[{script.telling}]") if script.telling else None
    return sum(1 for token in own if token.lower() in words or (telling and telling.match(token)))


def _is_strange(text: str, tag: str) -> bool:
    """Return whether a paragraph can hardly be in a language; what is no sentence may be a list of names."""
    tally = tally_words(text, tag)
    return _is_foreign(tally, 0.4, _FEW) or bool(_SENTENCE.search(text) and _is_unlike(tally, tag, _PARAGRAPH))


def _is_foreign(tally: Tally, share: float, enough: int) -> bool:
    return tally.foreign >= _FEW and tally.foreign > share * tally.own and tally.own + tally.foreign >= enough


def _is_unlike(tally: Tally, tag: str, enough: int) -> bool:
    """Return whether a text has the letters of a language, and not what each page of it has."""
    script = load_locales()[tag].wording.script
    if tally.own < enough:
        return False
    lacks = (script.telling or script.words) and tally.telling < _LACKING * tally.own
    return bool(lacks) or tally.given_up > _GIVEN_UP * tally.own


def _report_letter(letter_text: LetterText, text: str) -> Problem:
    tag, path = letter_text.letter.language, letter_text.template.origin.path
    message = f"the file name of this letter says {_name(tag)}, but its text is not in {_name(tag)}{_guess(text, tag)}"
    hint = "Rename the file to the language of its text, or write the text in the language of its name."
    return Problem(path, 0, "W201", message, hint, find_severity("W201"))


def _guess(text: str, tag: str) -> str:
    others = [other for other in load_locales() if other != tag and _fits(text, other)]
    return f"; it looks like {_name(others[0])}" if len(others) == 1 else ""


def _fits(text: str, tag: str) -> bool:
    tally = tally_words(text, tag)
    return tally.own > tally.foreign and not _is_strange(text, tag)


def _is_odd_twin(template: Template, twins: Iterable[str]) -> bool:
    """Return whether this one of several letters with the same words is rather in the language of a twin."""
    text = template.body
    return not _fits(text, template.language) or not any(not _fits(text, tag) for tag in twins)


def _spell(template: Template) -> tuple[str, ...]:
    return (template.front.subject, template.front.closing, "".join(template.body.split()))


def _name(tag: str) -> str:
    return load_locales()[tag].english_name
