"""Bytes to text: UTF-8 or a clear word, and no character that hides."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from charset_normalizer import from_bytes

from petitioner.errors import Problem, Severity
from petitioner.model.types import compose_text, explain_character, find_refused_character
from petitioner.source.kinds import explain_no_text

_BOM = b"\xef\xbb\xbf"
# The encodings in which the files of Japanese, Chinese and Korean offices are met.
_LEGACY = ["cp932", "gb18030", "euc_jp", "euc_kr", "big5", "cp1252"]
_NAMES = {"cp932": "Shift_JIS", "gb18030": "GB18030", "gbk": "GB18030", "euc_kr": "EUC-KR", "cp949": "EUC-KR"}
_SAMPLE = 20_000  # bytes around the fault, from which the encoding is guessed
_MOST_LINES = 10  # with hidden characters that are reported one by one: a broken file has thousands
_BLOT = "\u00b7"
_MERGE = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?")  # the lines that git puts into a file that it could not merge


def decode(path: str, content: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """Read a file's bytes as UTF-8, and give its text, composed and with Unix line ends, and the problems found.

    The text is None when nothing can be made of the bytes. A UTF-8 byte-order mark, which Windows editors write,
    loses nothing and is only warned of. A hidden character is reported here and replaced, so it is reported only once.
    """
    if said := explain_no_text(content):
        return None, (_not_utf8(path, 1, said),)
    marked = tuple(_warn_of_mark(path)) if content.startswith(_BOM) else ()
    content = content.removeprefix(_BOM)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, (_not_utf8(path, line, _describe(content, error.start)),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None, (Problem(path, 1, "S108", "the file is empty", "Put it back from a copy, or write it anew."),)
    if unmerged := tuple(_check_merge(path, text)):
        return None, (*marked, *unmerged)
    hidden = tuple(_check_characters(path, text))
    return compose_text(blot(text) if hidden else text), (*marked, *hidden)


def blot(text: str) -> str:
    """Replace every character that is not allowed in a letter by a dot."""
    return "".join(
        _BLOT if character not in "\n\t" and explain_character(character) else character for character in text
    )


def guess_text(content: bytes) -> str | None:
    """Bytes as text in the encoding that they seem to be in; None when they seem to be in none."""
    best = _guess(content[:_SAMPLE])
    return content.decode(best, "replace") if best else None


def _guess(sample: bytes) -> str | None:
    best = from_bytes(sample, cp_isolation=_LEGACY, preemptive_behaviour=False).best()
    return best.encoding if best else None


def _warn_of_mark(path: str) -> Iterator[Problem]:
    message = "the file starts with a byte-order mark, which was passed over"
    yield Problem(path, 1, "S102", message, "Save the file as 'UTF-8' rather than 'UTF-8 with BOM'.", Severity.WARNING)


def _check_merge(path: str, text: str) -> Iterator[Problem]:
    """One problem for each place where git left two versions in a file."""
    marks = [(number, line[0]) for number, line in enumerate(text.split("\n"), 1) if _MERGE.fullmatch(line)]
    if not any(sign in "<>" for _, sign in marks):
        return  # a line of = alone is also written under a heading
    starts = [place for place, (_, sign) in enumerate(marks) if sign == "<" or place == 0]
    for start, end in zip(starts, [*starts[1:], len(marks)], strict=True):
        numbers = ", ".join(str(number) for number, _ in marks[start:end])
        lines = f"line{'s' if end - start > 1 else ''} {numbers}"
        message = f"git left two versions here, between its marks on {lines}; the file was not read"
        hint = "Keep one version, and delete the lines that start with <<<<<<<, ======= or >>>>>>>."
        yield Problem(path, marks[start][0], "S112", message, hint)


def _check_characters(path: str, text: str) -> Iterator[Problem]:
    """One problem for each line that holds a character which no reader could see or trust."""
    if find_refused_character(text.replace("\t", " ")) is None:
        return
    found = (
        (number, find_refused_character(line.replace("\t", " "))) for number, line in enumerate(text.split("\n"), 1)
    )
    lines = [(number, *fault) for number, fault in found if fault]
    for number, offset, name, reason in lines[:_MOST_LINES]:
        message = f"character {offset + 1} of this line is {name}, which is {reason}"
        yield Problem(path, number, "S107", message, "Delete it, and type the text around it again if need be.")
    if more := lines[_MOST_LINES:]:
        message = f"{len(more)} more lines hold such characters, from this one on"
        yield Problem(path, more[0][0], "S107", message, "Is this the right file? Take it from a copy, perhaps.")


def _describe(content: bytes, offset: int) -> str:
    said = f"is not UTF-8 (byte 0x{content[offset]:02X} on this line)"
    sample = content[max(offset - _SAMPLE // 2, 0) : offset + _SAMPLE // 2]
    best = _guess(sample)
    if best is None:
        return said
    name = _NAMES.get(best, best.upper().replace("_", "-"))
    return f"{said}; it looks like {name}"


def _not_utf8(path: str, line: int, said: str) -> Problem:
    hint = "Open it in an editor that shows the text rightly, and save it as plain text with the encoding UTF-8."
    return Problem(path, line, "S101", f"{PurePosixPath(path).name} {said}", hint)
