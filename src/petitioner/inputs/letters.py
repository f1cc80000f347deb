"""Read the templates ``letters/<year>/<letter>.<language>.md``."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from petitioner.errors import Problem, suggest
from petitioner.model.letter import FrontMatter, Reading, Template
from petitioner.source.edit import EditError, set_mapping, set_value
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import SplitFile, find_front_matter, split_front_matter
from petitioner.tables.locales import check_language, guess_language_tag

SHARED = "_"
"""The first character of the names of files with paragraphs that letters include."""

NOTE = "email"
"""The name of the covering note, ``email.en.md``: the text of the e-mail to which the letters are attached."""

_FRONT_TEXTS = ("subject", "salutation", "opening", "closing")
_KEY = re.compile(rf"({'|'.join(FrontMatter.model_fields)}):\s")
_NAME = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\.([^.]+)\.md")


def read_template(path: str, content: bytes) -> tuple[Template | None, tuple[Problem, ...]]:
    """Return the template in a letter's file, or None, and the problems; ``path`` ends as ``petition.zh-Hans.md``."""
    stem, language, problems = _read_name(path)
    named = not problems
    text, faults = decode(path, content)
    problems += faults
    fronted, faults = split_front_matter(path, text) if text is not None else (None, ())
    problems += faults
    if fronted is None:
        return None, problems
    problems += tuple(_check_body(path, fronted))
    if fronted.front is None:
        return None, problems
    front, faults = read_record(FrontMatter, fronted.front)
    problems += faults
    if front is None or not named:
        return None, problems
    template = Template(
        stem=stem,
        language=language,
        origin=fronted.front.origin_of(()),
        front=front,
        front_lines={name: fronted.front.line_of((name,)) for name in _FRONT_TEXTS},
        body=fronted.body,
        body_line=fronted.body_line,
    )
    return template, problems


def record_reading(text: str, reading: Reading) -> str:
    """Return the text of a letter's file with a reading in its front matter; every other line is unchanged.

    Raises EditError if the front matter cannot be changed line by line.
    """
    found = find_front_matter(text)
    if found is None:
        raise EditError("there is no second line '---'", 1)
    start, end = found
    values = {"name": reading.name, "date": reading.date.isoformat(), "text": reading.text or ""}
    try:
        head = set_mapping(text[start:end], ("read_by",), values, tuple(FrontMatter.model_fields))
    except EditError as error:
        raise EditError(str(error), error.line + 1) from None
    return text[:start] + head + text[end:]


def remove_reading(text: str) -> str:
    """Return the text of a letter's file without a reading; every other line is unchanged. Raises EditError."""
    start, end = find_front_matter(text) or (0, 0)
    return text[:start] + set_value(text[start:end], ("read_by",), None) + text[end:] if end else text


def check_complete(folder: str, present: Iterable[str], needed: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each letter that is missing in a language; ``needed`` maps each language to a recipient.

    ``present`` are the names of all files in the folder, also of those with errors.
    """
    names = sorted(set(present))
    guessed = {f"{match[1]}.{guess_language_tag(match[2])}.md" for name in names if (match := _NAME.fullmatch(name))}
    stems = sorted({match.group(1) for name in names if (match := _NAME.fullmatch(name))} - {NOTE})
    if not stems:
        hint = f"Write one, such as {folder}/petition.en.md; docs/files.md shows how."
        yield Problem(
            folder, 0, "L504", "there is no letter in this folder", _suggest_rename("petition.en.md", names) or hint
        )
    for stem in stems:
        for language, recipient in needed.items():
            name = f"{stem}.{language}.md"
            if name not in names and name not in guessed:
                message = f"the letter is missing, but {recipient} gets letters in {language}"
                hint = f"Translate the letter, or remove {language} from that mission's 'languages'."
                yield Problem(f"{folder}/{name}", 0, "L502", message, _suggest_rename(name, names) or hint)


def check_notes(folder: str, present: Iterable[str], needed: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each covering note that is missing; ``needed`` maps each language to a recipient."""
    names = sorted(set(present))
    for language, recipient in needed.items():
        name = f"{NOTE}.{language}.md"
        if name not in names:
            message = f"the covering note is missing, but {recipient} gets e-mail in {language}"
            suggestion = _suggest_rename(name, names) or _suggest_note_rename(name, names)
            hint = "Write it like a letter: say briefly what is attached, from whom, and why."
            yield Problem(f"{folder}/{name}", 0, "L505", message, suggestion or hint)


def _suggest_note_rename(name: str, names: Iterable[str]) -> str:
    """Return a hint to rename a file with a misspelt name of the covering note, or an empty text."""
    ending = name.removeprefix(NOTE)
    stems = [other.removesuffix(ending) for other in names if other.endswith(ending)]
    suggestion = next((stem for stem in stems if stem != NOTE and suggest(NOTE, [stem])), "")
    return f"Did you mean '{suggestion}{ending}'? Then rename that to {name}." if suggestion else ""


def _suggest_rename(name: str, names: Iterable[str]) -> str:
    """Return a hint to rename a file that differs in capitals or has an added ending, or an empty text."""
    suggestion = next((other for other in names if other.lower().startswith(name.lower())), "")
    return f"Is it '{suggestion}'? Then rename that to {name}." if suggestion else ""


def _check_body(path: str, fronted: SplitFile) -> Iterator[Problem]:
    if not fronted.body.strip():
        hint = "Write the letter below the second line '---'."
        yield Problem(path, fronted.body_line, "L503", "the letter has no text", hint)
    for line, text in enumerate(fronted.body.split("\n"), fronted.body_line):
        if match := _KEY.match(text):
            hint = "Move it above the second line '---'; if it is text, write a backslash before the colon."
            message = f"'{match.group(1)}:' belongs above the second line '---', but is below it"
            yield Problem(path, line, "L501", message, hint)


def _read_name(path: str) -> tuple[str, str, tuple[Problem, ...]]:
    name = PurePosixPath(path).name
    match = _NAME.fullmatch(name)
    if match is None:
        message = "the name does not say which letter in which language this is"
        hint = f"Name it like petition.en.md, in small letters, or start its name with '{SHARED}' to include it."
        return "", "", (Problem(path, 0, "L502", message, hint),)
    stem, language = match.groups()
    return stem, language, tuple(check_language(language, path, 0))
