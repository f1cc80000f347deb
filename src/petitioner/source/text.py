"""Bytes to text: UTF-8 or a clear word, and no character that hides."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from charset_normalizer import from_bytes

from petitioner.errors import Problem, Severity
from petitioner.model.types import find_refused_character

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
# The encodings in which the files of Japanese, Chinese and Korean offices are met.
_LEGACY = ["cp932", "gb18030", "euc_jp", "euc_kr", "big5", "cp1252"]
_NAMES = {"cp932": "Shift_JIS", "gb18030": "GB18030", "gbk": "GB18030", "euc_kr": "EUC-KR", "cp949": "EUC-KR"}


def decode(path: str, content: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """Read a file's bytes as UTF-8, and give its text, with Unix line ends, and the problems found.

    The text is None when nothing can be made of the bytes. A UTF-8 byte-order mark, which Windows editors write,
    loses nothing and is only warned of.
    """
    if wide := _WIDE_BOMS.get(content[:2]):
        return None, (_not_utf8(path, 1, f"is saved as {wide} ('Unicode' in some editors)"),)
    problems: list[Problem] = []
    if content.startswith(_BOM):
        content = content.removeprefix(_BOM)
        problems.append(
            Problem(
                path,
                1,
                "S102",
                "the file starts with a byte-order mark, which was passed over",
                "Save the file as 'UTF-8' rather than 'UTF-8 with BOM'.",
                Severity.WARNING,
            )
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, (_not_utf8(path, line, _describe(content, error.start)),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None, (Problem(path, 1, "S108", "the file is empty", "Put it back from a copy, or write it anew."),)
    return text, (*problems, *check_characters(path, text))


def check_characters(path: str, text: str, first_line: int = 1) -> Iterable[Problem]:
    """One problem for each line that holds a character which no reader could see or trust."""
    if text.replace("\n", "").isprintable() and "\ufffd" not in text:
        return
    for number, line in enumerate(text.split("\n"), first_line):
        if found := find_refused_character(line.replace("\t", " ")):
            offset, name, reason = found
            message = f"character {offset + 1} of this line is {name}, {reason}"
            yield Problem(path, number, "S107", message, "Delete it, and type the text around it again if need be.")


def _describe(content: bytes, offset: int) -> str:
    said = f"is not UTF-8 (byte 0x{content[offset]:02X} on this line)"
    best = from_bytes(content, cp_isolation=_LEGACY, preemptive_behaviour=False).best()
    if best is None:
        return said
    name = _NAMES.get(best.encoding, best.encoding.upper().replace("_", "-"))
    return f"{said}; it looks like {name}"


def _not_utf8(path: str, line: int, said: str) -> Problem:
    hint = "Open it in an editor that shows the text rightly, and save it with the encoding UTF-8."
    return Problem(path, line, "S101", f"{PurePosixPath(path).name} {said}", hint)
