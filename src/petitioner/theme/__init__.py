"""The theme: the default beside this module, and what a workspace's ``letters/theme/`` changes in it."""

from collections.abc import Mapping
from importlib import resources

from petitioner.errors import Problem
from petitioner.locales import load_locales
from petitioner.model.theme import Theme
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import Document, Value, parse_yaml

NAME = "theme.yaml"
STYLE = "letter.css"
LOGOS = {"logo.png": b"\x89PNG\r\n", "logo.jpg": b"\xff\xd8\xff"}
"""The logo's possible names, and how such a file starts."""


def read_theme(folder: str, files: Mapping[str, bytes]) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Lay a workspace's theme over the default one.

    ``files`` are the contents of the theme's folder by name; ``folder`` is its path, for messages. A style sheet of
    the workspace replaces the default one whole; ``theme.yaml`` replaces it line by line.
    """
    default, _ = parse_yaml(NAME, _package_text(NAME))
    own, problems = _read_own(f"{folder}/{NAME}", files.get(NAME))
    css, css_problems = decode(f"{folder}/{STYLE}", files[STYLE]) if STYLE in files else (_package_text(STYLE), ())
    logo, logo_problems = _find_logo(folder, files)
    problems = (*problems, *css_problems, *logo_problems)
    if default is None or own is None or css is None:
        return None, problems
    fonts: Value = {tag: locale.fonts.model_dump(exclude_none=True) for tag, locale in load_locales().items()}
    base = _overlay(default.value, {"fonts": fonts})
    document = Document(own.path, _overlay(base, own.value), own.lines)
    theme, faults = read_record(Theme, document, given={"css": css, "logo": logo})
    return theme, (*problems, *faults)


def _read_own(path: str, content: bytes | None) -> tuple[Document | None, tuple[Problem, ...]]:
    if content is None:
        return Document(path, {}), ()
    text, problems = decode(path, content)
    if text is None:
        return None, problems
    document, faults = parse_yaml(path, text)
    return document, (*problems, *faults)


def _find_logo(folder: str, files: Mapping[str, bytes]) -> tuple[bytes | None, tuple[Problem, ...]]:
    for name, start in LOGOS.items():
        content = files.get(name)
        if content is not None and not content.startswith(start):
            hint = "Save the picture anew in the format that its name says."
            return None, (Problem(f"{folder}/{name}", 0, "T101", "the logo is not such a picture", hint),)
        if content is not None:
            return content, ()
    return None, ()


def _overlay(base: Value, over: Value) -> Value:
    """``over`` laid on ``base``, key by key; what is no mapping is replaced whole."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return base if over is None else over
    return {key: _overlay(base.get(key), over.get(key)) for key in {**base, **over}}


def _package_text(name: str) -> str:
    return (resources.files(__name__) / name).read_text("utf-8")
