"""The theme: the default, and what a workspace changes in it."""

from collections.abc import Mapping

import pytest

from petitioner.errors import Problem
from petitioner.inputs.theme import check_file_names, read_theme
from petitioner.model.theme import Theme
from petitioner.tables.locales import load_locales

PNG = b"\x89PNG\r\n\x1a\n...IEND\xaeB`\x82"


def read(yaml: str = "", files: Mapping[str, bytes] | None = None) -> tuple[Theme, list[Problem]]:
    """The theme of a folder with these files."""
    own = {"theme.yaml": yaml.encode()} if yaml else {}
    theme, problems = read_theme("letters/theme", {**own, **(files or {})})
    return theme, list(problems)


DEFAULT, NO_PROBLEMS = read()


def test_the_default_theme_has_no_faults_and_fonts_for_every_language() -> None:
    assert NO_PROBLEMS == []
    assert set(DEFAULT.fonts) == set(load_locales())
    assert "#address" in DEFAULT.css
    assert DEFAULT.logo is None


def test_one_line_of_a_theme_changes_one_thing() -> None:
    theme, problems = read("margins: {left: 30}\nfonts: {ja: {size: 11}}\n")
    assert problems == []
    assert theme.margins == DEFAULT.margins.model_copy(update={"left": 30.0})
    assert theme.fonts["ja"] == DEFAULT.fonts["ja"].model_copy(update={"size": 11.0})
    assert theme.fonts["en"] == DEFAULT.fonts["en"]


def test_a_theme_of_remarks_alone_changes_nothing() -> None:
    assert read("# margins: {left: 30}\n") == (DEFAULT, [])


def test_a_style_sheet_replaces_the_default_whole() -> None:
    theme, problems = read(files={"letter.css": b"p { color: #111 }\n"})
    assert problems == []
    assert theme.css == "p { color: #111 }\n"


@pytest.mark.parametrize(("name", "content"), [("logo.png", PNG), ("logo.jpg", b"\xff\xd8\xff\xe0...\xff\xd9")])
def test_a_logo_is_taken_in_either_format(name: str, content: bytes) -> None:
    theme, problems = read(files={name: content})
    assert problems == []
    assert theme.logo == content


@pytest.mark.parametrize(
    ("name", "content"),
    [("logo.png", b"GIF89a"), ("logo.png", PNG[:-4]), ("logo.jpg", PNG), ("logo.jpg", b"\xff\xd8\xff")],
)
def test_a_logo_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    _, (problem,) = read(files={name: content})
    assert (problem.code, problem.path) == ("T101", f"letters/theme/{name}")


@pytest.mark.parametrize(
    ("yaml", "line", "code"),
    [
        ("margin: {left: 30}\n", 1, "V202"),
        ("margins: 30\n", 1, "V203"),
        ("margins:\n", 1, "S110"),
        ("margins:\n  left: wide\n", 2, "V204"),
        ("margins:\n  left: 30mm\n", 2, "V204"),
        ("margins:\n  lft: 30\n", 2, "V202"),
        ("accent: blue\n", 1, "V204"),
        ("accent: '#12345'\n", 1, "V204"),
        ("css: a.css\n", 1, "V202"),
        ("logo: logo.png\n", 1, "V202"),
        ("margins: {left: 60}\nmargins: {left: 70}\n", 2, "S104"),
        ("accent: '#123456'\nmargins: {left: 60, right: 60}\n", 2, "T103"),
        ("margins: {top: 90, bottom: 90}\n", 1, "T103"),
        ("window: {top: 95}\n", 1, "T103"),
        ("window: {gap: 40}\n", 1, "T103"),
        ("window: {bottom: 200}\n", 1, "T103"),
        ("window: {text_left: 98, text_right: 25}\n", 1, "T103"),
        ("letterhead: 60\n", 1, "T103"),
        ("window:\n  font_size: 0\n", 2, "T103"),
        ("window:\n  return_font_size: 99\n", 2, "T103"),
        ("window:\n  max_pitch: 0\n", 2, "T103"),
        ("fonts:\n  ja:\n    size: 0\n", 3, "T103"),
        ("fonts:\n  ja:\n    pitch: 4\n", 3, "T103"),
        ("fonts:\n  ja:\n    pdf: []\n", 3, "T103"),
        ("fonts:\n  ja:\n    pdf: ['X\"; } body { color: red']\n", 3, "T103"),
        ("fonts:\n  ja:\n    pdf: ['-s']\n", 3, "T103"),
        ("fonts:\n  ja:\n    pdf: ['Noto:lang=ja']\n", 3, "T103"),
        ("fonts:\n  jp: {size: 11}\n", 2, "R301"),
        ("- a\n", 1, "V203"),
        ("a: [b\n", 1, "S103"),
        ("a: [\n", 2, "S103"),
    ],
)
def test_a_fault_in_a_theme_is_told_at_its_line_and_the_default_stands_in(yaml: str, line: int, code: str) -> None:
    theme, problems = read(yaml)
    assert (line, code) in [(problem.line, problem.code) for problem in problems]
    assert theme == DEFAULT


def test_all_faults_of_a_theme_come_in_one_go() -> None:
    _, problems = read(
        "accent: blue\n", {"letter.css": "p { font-family: 明朝 }".encode("cp932"), "logo.png": b"GIF89a"}
    )
    assert [problem.code for problem in problems] == ["S101", "T101", "V204"]


def test_a_file_that_nothing_reads_is_a_warning_with_the_right_name() -> None:
    problems = list(check_file_names("letters/theme", ["theme.yml", "letter.css", "logo.svg"]))
    assert [(problem.path, problem.severity) for problem in problems] == [
        ("letters/theme/logo.svg", "warning"),
        ("letters/theme/theme.yml", "warning"),
    ]
    assert "Did you mean 'theme.yaml'?" in problems[1].hint
