"""``letters/<year>/<letter>.<language>.md``: text to templates, with every fault found."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from petitioner.errors import Problem
from petitioner.locales import check_language
from petitioner.model.letter import FrontMatter, Template
from petitioner.model.types import Origin
from petitioner.source.front_matter import split_front_matter
from petitioner.source.records import read_record
from petitioner.source.text import decode

SHARED = "_"
"""Files whose name starts so are no letters: they hold paragraphs that letters include."""

_FRONT_TEXTS = ("subject", "salutation", "opening", "closing")


def read_template(path: str, content: bytes) -> tuple[Template | None, tuple[Problem, ...]]:
    """The letter of one file; its name gives the letter and the language, as in ``petition.zh-Hans.md``."""
    stem, language, named = _read_name(path)
    text, problems = decode(path, content)
    problems = (*named, *problems)
    if text is None:
        return None, problems
    fronted, faults = split_front_matter(path, text)
    problems = (*problems, *faults)
    if fronted is None or fronted.front is None:
        return None, problems
    front, faults = read_record(FrontMatter, fronted.front)
    problems = (*problems, *faults)
    if not fronted.body.strip():
        hint = "Write the letter below the second line '---'."
        problems = (*problems, Problem(path, fronted.body_line, "L503", "the letter has no text", hint))
    if front is None or named:
        return None, problems
    template = Template(
        stem=stem,
        language=language,
        origin=Origin(path=path, line=1),
        front=front,
        front_lines={name: fronted.front.line_of((name,)) for name in _FRONT_TEXTS},
        body=fronted.body,
        body_line=fronted.body_line,
    )
    return template, problems


def check_complete(
    folder: str, templates: Mapping[tuple[str, str], Template], present: Iterable[str], needed: Mapping[str, str]
) -> Iterable[Problem]:
    """A problem for each letter that lacks a language; ``needed`` names, per language, somebody written to in it.

    ``present`` are the names of the files in the folder, so that one that is there but faulty is not called missing.
    """
    stems = sorted({stem for stem, _ in templates})
    names = set(present)
    if not stems and not any(name.endswith(".md") for name in names):
        hint = f"Write one, such as {folder}/petition.en.md; the README shows how."
        yield Problem(folder, 0, "L504", "no letter stands in this folder", hint)
    for stem in stems:
        for language, recipient in needed.items():
            name = f"{stem}.{language}.md"
            if name not in names:
                message = f"the letter is missing, and {recipient} is written to in {language}"
                hint = f"Translate the letter, or take {language} out of that mission's 'languages'."
                yield Problem(f"{folder}/{name}", 0, "L502", message, hint)


def _read_name(path: str) -> tuple[str, str, tuple[Problem, ...]]:
    parts = PurePosixPath(path).name.removesuffix(".md").split(".")
    if len(parts) != len(("stem", "language")) or not all(parts):
        hint = (
            f"Call it <letter>.<language>.md, such as petition.en.md, or start its name with '{SHARED}' to include it."
        )
        return "", "", (Problem(path, 0, "L502", "the name does not say which letter in which language this is", hint),)
    stem, language = parts
    return stem, language, tuple(check_language(language, path, 0))
