"""What the peers make letters from: the same words as ours, in the form that each of them reads.

A peer gets one template for each language and, for each letter, the values that differ (``values.json``): address,
reference, running head, and the kind of the mission, as embassies get a paragraph more.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from bench.word_templates import ADDRESS_LINES, write_word_templates
from bench.workspace import ROOT
from petitioner.build.formats import RENDERERS
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.model.blocks import Block, Listing, Paragraph, walk_text
from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.render.typography import measure_column
from petitioner.tables.locales import load_locales

_PEERS = ROOT / "bench" / "peers"
_TYPST_SIGNS = re.compile(r"([\\#*_`$<>@~\-+/\"'\[\]=])")


@dataclass(frozen=True, slots=True)
class Model:
    """A letter whose words all letters share; ``spare`` is the paragraph that only embassies get."""

    letter: Letter
    spare: Paragraph
    theme: Theme
    locale: Locale


def load_letters(workspace: Path, language: str) -> tuple[list[Letter], Theme, Locale]:
    """Return the letters of a workspace in one language, filled in and checked."""
    checked = load_and_check(Scope(workspace, None, datetime.now(UTC)))
    _, theme = checked.require()
    return [one for one in checked.letters if one.language == language], theme, load_locales()[language]


def write_inputs(folder: Path, workspace: Path, language: str) -> None:
    """Write templates and values of all peers for the letters of a workspace in one language."""
    folder.mkdir(parents=True)
    letters, theme, locale = load_letters(workspace, language)
    bodies = {_is_to_embassy(one): one.body for one in letters}
    spare = next(block for block in bodies[True] if block not in bodies[False])
    assert isinstance(spare, Paragraph)  # noqa: S101 - the shipped letters have one
    model = Model(next(filter(_is_to_embassy, letters)), spare, theme, locale)
    values = [_describe(letter, model) for letter in letters]
    (folder / "values.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    _write_typst(folder, model)
    _write_html(folder, model)
    write_word_templates(folder, model.letter, spare, theme, locale)
    (folder / "docx").mkdir()
    for letter in letters[:100]:
        (folder / "docx" / f"{letter.recipient}.docx").write_bytes(RENDERERS["docx"]()(letter, theme, locale))


def _is_to_embassy(letter: Letter) -> bool:
    return any("Embassy" in line.text or "大使館" in line.text for line in letter.address.lines)


def _describe(letter: Letter, model: Model) -> dict[str, str]:
    """Return the values that differ from letter to letter, for any peer."""
    lines = [line.text for line in letter.address.lines]
    fields = dict.fromkeys((f"line{number}" for number in range(ADDRESS_LINES)), "")
    return {
        **fields,
        **{f"line{number}": text for number, text in enumerate(lines)},
        "address": "\n".join(lines),
        "names": "\n".join(line.text for line in letter.address.lines if line.is_name),
        "reference": letter.reference,
        "reference_line": letter.reference_line,
        "head": letter.head,
        "kind": "embassy" if _is_to_embassy(letter) else "consulate",
        "embassy": _text(model.spare) if _is_to_embassy(letter) else "",
    }


def _text(block: Paragraph) -> str:
    return "".join(walk_text(block.content))


def _get_items(block: Listing) -> list[str]:
    """Return the entries of a list as the shipped letters have it: one paragraph each."""
    return [_text(item[0]) for item in block.items if isinstance(item[0], Paragraph)]


# --- Typst ------------------------------------------------------------------------------------------------------------


def _write_typst(folder: Path, model: Model) -> None:
    letter, fonts, layout = model.letter, model.theme.fonts[model.locale.tag], model.locale.layout
    page_of = letter.page_label.replace("{page}", "#page").replace("{pages}", "#pages")
    settings = {
        "language": json.dumps(letter.language),
        "region": json.dumps("JP" if letter.language == "ja" else "GB"),
        "fonts": json.dumps(fonts.pdf, ensure_ascii=False).replace("[", "(").replace("]", ",)"),
        "size": f"{fonts.size}pt",
        "pitch": f"{fonts.pitch}pt",
        "column": f"{measure_column(model.theme, model.locale):.3f}mm",
        "indent": f"{layout.indent}em",
        "indented": json.dumps(bool(layout.indent)),
        "head-lines": "("
        + "".join(f"{json.dumps(line, ensure_ascii=False)}, " for line in letter.letterhead.lines)
        + ")",
        "signature": "("
        + "".join(f"{json.dumps(line, ensure_ascii=False)}, " for line in letter.signatures[0].lines)
        + ")",
        "page-of": f"(page, pages) => [{page_of}]",
        **{name: json.dumps(text, ensure_ascii=False) if text else "none" for name, text in _get_words(letter).items()},
    }
    head = "".join(f"  {name}: {value},\n" for name, value in settings.items())
    body = "\n\n".join(_write_typst_block(block, model) for block in letter.body)
    source = f'#import "letter.typ": letter\n#show: letter.with(\n{head})\n\n{body}\n'
    (folder / "petition.typ").write_text(source, encoding="utf-8")
    (folder / "letter.typ").write_text((_PEERS / "letter.typ").read_text(encoding="utf-8"), encoding="utf-8")


def _get_words(letter: Letter) -> dict[str, str | None]:
    return {
        "name": letter.letterhead.name,
        "date": letter.date_line,
        "subject": letter.subject,
        "salutation": letter.salutation,
        "opening": letter.opening,
        "closing": letter.closing,
        "sender": letter.sender,
    }


def _write_typst_block(block: Block, model: Model) -> str:
    match block:
        case Paragraph() if block == model.spare:
            return f'#if sys.inputs.kind == "embassy" [\n{_escape_typst(_text(block))}\n]'
        case Paragraph():
            return _escape_typst(_text(block))
        case Listing():
            return "\n".join(f"+ {_escape_typst(text)}" for text in _get_items(block))
        case _:
            raise NotImplementedError(type(block).__name__)


def _escape_typst(text: str) -> str:
    return _TYPST_SIGNS.sub(r"\\\1", text)


# --- HTML -------------------------------------------------------------------------------------------------------------


def _write_html(folder: Path, model: Model) -> None:
    """Write ``letter.html``, a Jinja template in which the fixed words stand, and ``letter.css``."""
    letter, fonts, layout = model.letter, model.theme.fonts[model.locale.tag], model.locale.layout
    words = {name: text or "" for name, text in _get_words(letter).items()}
    body = "\n".join(_write_html_block(block, model) for block in letter.body)
    fixed = {
        **words,
        "language": letter.language,
        "head_lines": [*letter.letterhead.lines],
        "signature": [*letter.signatures[0].lines],
    }
    (folder / "fixed.json").write_text(json.dumps(fixed, ensure_ascii=False), encoding="utf-8")
    page = (_PEERS / "letter.html").read_text(encoding="utf-8").replace("BODY", body)
    (folder / "letter.html").write_text(page, encoding="utf-8")
    pages = re.sub(r"\{(pages?)\}", r'" counter(\1) "', f'"{letter.page_label}"')
    measures = {
        "FONTS": ", ".join(f'"{family}"' for family in fonts.pdf),
        "PAGES": pages,
        "SIZE": f"{fonts.size}pt",
        "PITCH": f"{fonts.pitch}pt",
        "COLUMN": f"{measure_column(model.theme, model.locale):.3f}mm",
        "HEADING": layout.subject.value,
        "INDENT": f"{layout.indent}em",
        "GAP": "0" if layout.indent else ".6em",
        "STEP": f"{layout.list_step}em",
        "CLOSING": layout.closing.value,
    }
    style = (_PEERS / "letter.css").read_text(encoding="utf-8")
    style = style.partition("*/")[2]
    for name, value in measures.items():
        style = re.sub(rf"\b{name}\b", value, style)
    (folder / "letter.css").write_text(style, encoding="utf-8")


def _write_html_block(block: Block, model: Model) -> str:
    match block:
        case Paragraph() if block == model.spare:
            return "{% if kind == 'embassy' %}<p>" + escape(_text(block)) + "</p>{% endif %}"
        case Paragraph():
            return f"<p>{escape(_text(block))}</p>"
        case Listing():
            return "<ol>" + "".join(f"<li>{escape(text)}</li>" for text in _get_items(block)) + "</ol>"
        case _:
            raise NotImplementedError(type(block).__name__)
