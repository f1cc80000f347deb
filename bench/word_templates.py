"""Templates for docxtpl and docx-mailmerge2: our own DOCX with fields where letters differ."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from petitioner.model.blocks import Paragraph, Plain
from petitioner.model.letter import Letter, LocalizedLine
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.render.docx import render_docx

ADDRESS_LINES = 9
"""Fields for the lines of an address; those that it lacks stay empty, as in any mail merge."""

_FIELD = re.compile(r"<w:r>((?:(?!</w:r>).)*?)<w:t(?: [^>]*)?>\{\{(\w+)\}\}</w:t></w:r>")


def write_word_templates(folder: Path, letter: Letter, spare: Paragraph, theme: Theme, locale: Locale) -> None:
    """Write ``docxtpl.docx`` and ``mailmerge.docx``; ``spare`` is the paragraph that only embassies get."""
    lines = tuple(LocalizedLine(f"{{{{line{number}}}}}", letter.language) for number in range(ADDRESS_LINES))
    body = tuple(Paragraph((Plain("{{embassy}}"),)) if block == spare else block for block in letter.body)
    model = replace(
        letter,
        reference="{{reference}}",
        reference_line="{{reference_line}}",
        running_head="{{head}}",
        address=replace(letter.address, lines=lines),
        body=body,
    )
    content = render_docx(model, theme, locale)
    (folder / "docxtpl.docx").write_bytes(content)
    (folder / "mailmerge.docx").write_bytes(_change_parts(content, _write_merge_fields))


def _write_merge_fields(xml: str) -> str:
    field = r'<w:fldSimple w:instr=" MERGEFIELD \2 "><w:r>\1<w:t>«\2»</w:t></w:r></w:fldSimple>'
    return _FIELD.sub(field, xml)


def _change_parts(content: bytes, change: Callable[[str], str]) -> bytes:
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(stream, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, change(part.decode()).encode() if name.endswith(".xml") else part)
    return stream.getvalue()
