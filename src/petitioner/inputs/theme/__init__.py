"""Read the theme: the default one in this package, and what a workspace's ``letters/theme/`` changes in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

from petitioner.errors import Problem, Severity, errors_in, suggest
from petitioner.model.theme import Theme
from petitioner.model.types import Location
from petitioner.source.records import read_record
from petitioner.source.text import decode, is_jpeg, is_png
from petitioner.source.yaml import Document, Value, parse_yaml
from petitioner.tables.locales import check_languages, load_locales

NAME = "theme.yaml"
STYLE = "letter.css"
LOGOS = {"logo.png": is_png, "logo.jpg": is_jpeg}
"""The possible names of the logo, each with a check of its file type."""

FILES = (NAME, STYLE, *LOGOS)
"""All files of a theme."""

_SHEET = (210, 297)  # mm, A4 (ISO 216)
_TEXT = (100, 150)  # mm of width and height that the margins must leave
_SIZES = (5.0, 24.0)  # pt
_PITCHES = (2.0, 10.0)  # mm
_FAMILY = re.compile(
    r"\w[\w .&+']*"
)  # in any script; the signs of a style sheet or a font pattern are no part of a name


def read_theme(folder: str, files: Mapping[str, bytes]) -> tuple[Theme, tuple[Problem, ...]]:
    """Merge a workspace's theme into the default one, which is used alone if there are errors.

    ``files`` are the contents of the theme's folder by name; ``folder`` is its path, for messages. A workspace's style
    sheet replaces the default one; each value in its ``theme.yaml`` replaces a default value.
    """
    own, problems = _read_own(f"{folder}/{NAME}", files.get(NAME))
    css, css_problems = decode(f"{folder}/{STYLE}", files[STYLE]) if STYLE in files else (_read_package_file(STYLE), ())
    logo, logo_problems = _find_logo(folder, files)
    document = Document(own.path, _merge(_read_default(), own.value), own.lines, own.reported)
    names_window = isinstance(own.value, dict) and "window" in own.value
    theme, faults = read_record(Theme, document, given={"css": css or "", "logo": logo, "names_window": names_window})
    problems = (*problems, *css_problems, *logo_problems, *check_languages(own, ("fonts",)), *faults)
    problems += tuple(_check_measures(theme, document)) if theme else ()
    if theme is None or errors_in(problems):
        theme = Theme.model_validate({**_read_default(), "css": _read_package_file(STYLE)})
    return theme, problems


def check_file_names(folder: str, names: Iterable[str]) -> Iterator[Problem]:
    """Yield a warning for each file in a theme's folder that is not used."""
    for name in sorted(set(names) - set(FILES)):
        hint = f"{suggest(name, FILES)} Files of a theme: {', '.join(FILES)}.".strip()
        yield Problem(f"{folder}/{name}", 0, "T104", "this file is not used", hint, Severity.WARNING)


def _check_measures(theme: Theme, document: Document) -> Iterator[Problem]:
    """Check that the measurements of a theme fit each other and the sheet."""
    for location, holds, message, hint in (*_list_measures(theme), *_list_fonts(theme)):
        if not holds:
            yield Problem(document.path, document.line_of(location), "T103", message, hint)


_Rule = tuple[Location, bool, str, str]
"""A location in the theme, whether the rule for it holds, and the message and hint if it does not."""


def _list_measures(theme: Theme) -> Iterator[_Rule]:
    margins, window = theme.margins, theme.window
    wide, high = _SHEET[0] - margins.left - margins.right, _SHEET[1] - margins.top - margins.bottom
    inside = 0 < window.top < window.return_line < window.return_line + window.gap < window.bottom <= _SHEET[1] / 2
    yield ("margins",), wide >= _TEXT[0], f"the margins leave {wide:g} mm across", f"Leave at least {_TEXT[0]} mm."
    yield ("margins",), high >= _TEXT[1], f"the margins leave {high:g} mm of height", f"Leave at least {_TEXT[1]} mm."
    hint = f"From the top of the sheet: top, return_line and its gap, bottom; at most {_SHEET[1] / 2} mm."
    yield ("window",), inside, "the parts of the window are not one below the other", hint
    across = 0 < window.text_left < window.text_right <= _SHEET[0]
    yield ("window",), across, "'text_left' is not left of 'text_right'", "Give text_left less than text_right."
    hint = f"Give less than 'window.top', which is {window.top:g}."
    yield ("letterhead",), theme.letterhead < window.top, "the letterhead starts below the window's top", hint
    yield from _list_size(("window", "font_size"), window.font_size, _SIZES)
    yield from _list_size(("window", "return_font_size"), window.return_font_size, _SIZES)
    yield from _list_size(("window", "max_pitch"), window.max_pitch, _PITCHES)


def _list_fonts(theme: Theme) -> Iterator[_Rule]:
    for tag, fonts in theme.fonts.items():
        at = ("fonts", tag)
        yield from _list_size((*at, "size"), fonts.size, _SIZES)
        hint = f"Give at least the size of the font, {fonts.size:g}."
        yield (*at, "pitch"), fonts.pitch >= fonts.size, f"the lines of {tag} are closer than their font is high", hint
        yield (*at, "pdf"), bool(fonts.pdf), f"no font is named for {tag}", "Name one, by its full name."
        for place, family in enumerate(fonts.pdf):
            message = f"{family!r} is not the name of a font"
            yield (*at, "pdf", place), bool(_FAMILY.fullmatch(family)), message, "To see the names, run: fc-list"


def _list_size(location: Location, size: float, bounds: tuple[float, float]) -> Iterator[_Rule]:
    low, high = bounds
    yield location, low <= size <= high, f"'{location[-1]}' cannot be {size:g}", f"Give {low:g} to {high:g}."


@cache
def _read_default() -> dict[str, Value]:
    document, _ = parse_yaml(NAME, _read_package_file(NAME))
    fonts: Value = {tag: locale.fonts.model_dump(exclude_none=True) for tag, locale in load_locales().items()}
    return {**(document.value if document and isinstance(document.value, dict) else {}), "fonts": fonts}


def _read_own(path: str, content: bytes | None) -> tuple[Document, tuple[Problem, ...]]:
    """Read a workspace's theme.yaml; an empty document if it is missing or cannot be read."""
    text, problems = decode(path, content) if content is not None else (None, ())
    document, faults = parse_yaml(path, text) if text is not None else (None, ())
    if document is None or document.value is None:  # a file of comments alone changes nothing
        document = Document(path, {})
    return document, (*problems, *faults)


def _find_logo(folder: str, files: Mapping[str, bytes]) -> tuple[bytes | None, tuple[Problem, ...]]:
    for name, is_whole in LOGOS.items():
        content = files.get(name)
        if content is not None and not is_whole(content):
            message = "the logo is not a picture of this type, or was cut off"
            hint = "Save the picture again in the format that its name says."
            return None, (Problem(f"{folder}/{name}", 0, "T101", message, hint),)
        if content is not None:
            return content, ()
    return None, ()


def _merge(base: Value, over: Value) -> Value:
    """Replace the values of ``base`` by those of ``over``, key by key in mappings."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {**base, **{key: _merge(base.get(key), value) for key, value in over.items()}}


@cache
def _read_package_file(name: str) -> str:
    return (resources.files(__name__) / name).read_text("utf-8")
