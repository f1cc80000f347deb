"""The law of names: whatever a name is made of, it comes out as itself in every format, or is refused by name.

Run at length by `make torture`, which tries fifty times as many names.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from conftest import NOW
from documents import fold, read_docx_text, read_mapped_text, read_pdf_pages
from letters_for_renderers import sample_letter, sample_locale, sample_theme
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, load_and_check
from petitioner.errors import Problem, errors_in
from petitioner.model.characters import compose_text
from petitioner.model.letter import Signature
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf
from petitioner.render.plain_text import render_text
from petitioner.tables.locales import load_locales

TIMES = int(os.environ.get("PETITIONER_TORTURE", "1"))
SMALL = Path(__file__).parents[1] / "data" / "small"
MISSIONS, CAMPAIGN = "recipients.yaml", "letters/2027/campaign.yaml"

# What a name may be made of that programs stumble over, a family a line.
PIECES = (
    *"aeinoxyÅøŁżİıßæ",
    *"가힣ㄱ한〮〯",
    *"日本國国々〆ヶガか゚ｶﾞー",
    *"一⼀⼈人⺠民〇",  # radicals that look like characters
    *"神神羽羽侮𠀀𪛖𪜀𫝀𫠠𬺰𮯠𰀀𱍐豈𠔜",  # compatibility forms, extensions B to H
    *"葛\U000e0100\U000e0101辻\U000e0102邊\U000e0108\ufe00\ufe0e\ufe0f",
    *"\u0300\u0301\u0308\u0323\u030d\u0361\u20dd\u3099\u0345\u0360",
    *"\u200c\u200d\u200e\u200f\u061c\u2060\u00ad\u034f\ufeff",
    *"\u202a\u202e\u2066\u2069\u2028\u2029\x85",
    *"אבاللهम्क्षกำ",
    *"☎☎️👩‍👩‍👧🇰🇵😀\U000e0067\U000e007f",
    *"аеоΑΟοｅＡ１ﬁﬃſ",  # look-alikes
    *"–‒—―⸺-‐‑−·・•…‥",
    *"\x00\x07\x1b\x7f\n\r\t\ue000\U0010fffe\uffff\uffff\ufffc\ufffd\u0378",
    *"\ud800\udc00\udfff",
    *"  　\u00a0\u2003\u1680\u3000",
    *"\"'`*_[](){}<>&|\\#~^%$!{{}}{%%}",
)
NAMES = st.one_of(
    st.text(min_size=1, max_size=12),
    st.text(st.characters(categories=("L", "M", "N")), min_size=1, max_size=8),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(lambda pieces: "葛e" + "".join(pieces) + "n"),
)


@dataclass(frozen=True)
class Roll:
    """Names to be written into the small workspace: the first is a mission's, the next its head's, the others sign."""

    names: tuple[str, ...]
    is_escaped: bool

    def write(self, folder: Path) -> dict[tuple[str, int], str]:
        """Write the files, and give each name by its places in them."""
        (folder / "letters/2027").mkdir(parents=True, exist_ok=True)
        for path in (SMALL / "letters/2027").glob("*.md"):
            (folder / "letters/2027" / path.name).write_bytes(path.read_bytes())
        places: dict[tuple[str, int], str] = {}
        self._write_file(folder, MISSIONS, _list_missions(self.names[:2]), places)
        self._write_file(folder, CAMPAIGN, _list_campaign(self.names[2:]), places)
        return places

    def without(self, refused: set[str]) -> "Roll":
        """The same with a plain name in the place of each that was refused."""
        kept = (f"Name {number}" if name in refused else name for number, name in enumerate(self.names))
        return Roll(tuple(kept), self.is_escaped)

    def _write_file(
        self, folder: Path, path: str, lines: Iterator[tuple[str, str]], places: dict[tuple[str, int], str]
    ) -> None:
        written = []
        for number, (key, name) in enumerate(lines, start=1):
            written.append(f"{key}{self._quote(name)}" if name else key)
            places |= {(path, number): name} if name else {}
        (folder / path).write_text("\n".join(written) + "\n", "utf-8")

    def _quote(self, name: str) -> str:
        return '"' + "".join(map(self._spell, name)) + '"'

    def _spell(self, character: str) -> str:
        """A character as it stands between double quotes; what ends a line, or is none, only by its number."""
        if character in '"\\':
            return "\\" + character
        if character in "\n\r\x85\u2028\u2029" or "\ud800" <= character <= "\udfff" or self.is_escaped:
            return f"\\U{ord(character):08x}"
        return character


def _list_missions(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    lines = (SMALL / MISSIONS).read_text("utf-8").split("\n")
    first = lines[: lines.index("  jp-osaka:")]
    for line in first:
        if line.startswith("    name:"):
            yield from _write_name("    ", "name", names[0])
            yield "    head:", ""
            yield from _write_name("      ", "name", names[1])
            yield "      confirmed: 2027-08-20", ""
        elif not line.startswith("      en: Embassy") and not line.startswith("      ja: 中華"):
            yield line, ""


def _list_campaign(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    text = (SMALL / CAMPAIGN).read_text("utf-8")
    for line in text[: text.index("  - name: {en: Kato")].rstrip("\n").split("\n"):
        yield line, ""
    for name in names:
        yield from _write_name("    ", "name", name, first="  - ")
        yield "    title: {en: Director, ja: 理事}", ""


def _write_name(margin: str, key: str, name: str, first: str = "") -> Iterator[tuple[str, str]]:
    yield f"{first or margin}{key}:", ""
    yield f"{margin}  en: ", name
    yield f"{margin}  ja: ", name


# An example is dear, and a failure names the name, so that nothing need be shrunk.
@pytest.mark.slow
@settings(max_examples=10 * TIMES, deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain})
@example(names=["iso2022", "A", "B"], is_escaped=False)
@given(st.lists(NAMES, min_size=3, max_size=24, unique_by=compose_text), st.booleans())
def test_any_name_comes_out_as_itself_or_is_refused_by_name(names: list[str], is_escaped: bool) -> None:  # noqa: FBT001 - drawn
    with TemporaryDirectory() as name:
        roll, checked = _refuse(Roll(tuple(names), is_escaped), Path(name))
    theme = checked.workspace.theme
    for letter in checked.letters:
        locale = load_locales()[letter.language]
        pdf = render_pdf(letter, theme, locale)
        for printed in map(compose_text, map(str.strip, roll.names)):
            _find_in_pdf(printed, pdf)
            assert fold(printed) in fold(read_docx_text(render_docx(letter, theme, locale)))
            assert fold(printed) in fold(render_text(letter, locale))


def _refuse(roll: Roll, folder: Path) -> tuple[Roll, CheckedWorkspace]:
    """Check, and take out what is refused, until nothing is; every refusal must name a character of a name."""
    for _ in roll.names:
        places = roll.write(folder)
        checked = load_and_check(Scope(folder, None, NOW))
        errors = errors_in(checked.problems)
        if not errors:
            assert len(checked.letters) == 2
            return roll, checked
        refused = {name for problem in errors for name in _find_refused(problem, places)}
        assert refused, errors
        roll = roll.without(refused)
    pytest.fail(f"names are refused without end: {roll.names}")


def _find_refused(problem: Problem, places: dict[tuple[str, int], str]) -> list[str]:
    """The names that a problem is about: it stands on their line, or names a character of theirs."""
    points = {chr(int(point, 16)) for point in re.findall(r"U\+([0-9A-F]{4,6})", problem.message)}
    if name := places.get((problem.path, problem.line), ""):
        said = (
            "must not be empty",
            "must be on one line",
            "must not be longer",
            "more lines contain such",
            "mm long",
        )
        quoted = re.findall(r"'([^']+)'", problem.message)  # a part, such as the year in "iso2022"
        is_quoted = repr(compose_text(name).strip()) in problem.message or any(part in name for part in quoted)
        assert points & set(compose_text(name)) or is_quoted or any(words in problem.message for words in said), problem
        return [name]
    return [name for name in places.values() if points & set(compose_text(name))]


def _find_in_pdf(name: str, pdf: bytes) -> None:
    """Find a name as PDFium reads it; where that fails, as the maps of the file have it.

    PDFium takes ligatures apart, puts some marks on lines of their own, and orders what runs left anew. Joiners and
    marks of direction draw nothing, and so are in no PDF.
    """
    wanted = re.sub("[\u200c-\u200f\u061c]", "", fold(name))
    if wanted not in fold("".join(read_pdf_pages(pdf))):
        assert wanted in fold(read_mapped_text(pdf)), name


# --- what the law found


def draw(*names: str, language: str = "en") -> bytes:
    signatures = tuple(Signature(name, "Director") for name in names)
    return render_pdf(sample_letter(language, signatures=signatures), sample_theme(), sample_locale(language))


@pytest.mark.parametrize("name", ["Adé Ọ́láńrewájú", "Lîm Chi̍t", "x͡y", "n̈ö", "Ǭ̃́"])
def test_a_letter_with_an_accent_of_its_own_can_be_searched_for(name: str) -> None:
    """WeasyPrint says of the accent alone that it is the whole letter, and of the letter that it is nothing."""
    for names in ((name,), ("o x n O ́ ̂ẑ", name), (name, "Oolong xylem")):
        text = fold(read_mapped_text(draw(*names)))
        assert all(fold(one) in text for one in names)


def test_no_glyph_of_a_letter_stands_for_nothing() -> None:
    with pikepdf.open(BytesIO(draw("Ọ́ x̣ ǭ̃", language="en"))) as pdf:
        maps = [font.ToUnicode.read_bytes() for page in pdf.pages for font in page.Resources.Font.values()]
    assert maps
    assert not any(b"> <>" in lines for lines in maps)


def test_the_chosen_form_of_a_character_stays_chosen() -> None:
    letters = read_mapped_text(draw("葛\U000e0100城", "葛飾", language="ja"))
    assert "葛\U000e0100城" in letters
    assert "葛飾" in letters


def test_a_ligature_of_the_font_stands_for_its_letters() -> None:
    assert "Griffith" in read_mapped_text(draw("Griffith"))
