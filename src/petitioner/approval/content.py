"""The content of a packet as text, so that two versions of it can be compared."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from petitioner.files import digest
from petitioner.log.events import serialize_json
from petitioner.model.blocks import (
    Alignment,
    Block,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
    Table,
)
from petitioner.model.letter import Letter
from petitioner.model.recipient import Channel, Recipient
from petitioner.model.theme import Theme

Parts = Mapping[str, tuple[str, ...]]
"""The parts of a letter by their names, from the top of the page, each as lines."""

# What would read as a mark gets a backslash, so that no two different letters have the same words.
_MARKS = re.compile(r"[\\*\[\]|]")
_STARTS = re.compile(r"^(\d+)?(?=[#>+.)-]+ )")
_RULES = {Alignment.START: ":--", Alignment.CENTRE: ":-:", Alignment.END: "--:"}
OPENING, CLOSING = "⟦", "⟧"
"""The marks around words that differ: white square brackets, which letters hardly ever use."""

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_WORDS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|\s+|.", re.DOTALL)
_ALIKE = 0.5
"""The part of their words that two lines must share to be the same line, changed."""
_VERSION = 1


def write_parts(letter: Letter) -> Parts:
    """Return all lines of a letter's text, by the name of their part, such as 'address'."""
    return {
        "letterhead": (letter.letterhead.name, *letter.letterhead.lines),
        "address": tuple(line.text for line in letter.address.printed),
        "date": (letter.date_line,),
        "reference": (letter.reference_line,),
        **write_reading(letter),
        "page numbers": (letter.page_label,),
        "running head": (letter.running_head,) if letter.running_head else (),
    }


def write_reading(letter: Letter) -> Parts:
    """What a letter says, from the subject to the enclosures: without letterhead, address, date and reference."""
    signed = (line for signature in letter.signatures for line in (signature.name, signature.title))
    cosigned = {"co-signers": (letter.cosigners_label, *letter.cosigners)} if letter.cosigners else {}
    return {
        "subject": (letter.subject,),
        "salutation": tuple(line for line in (letter.salutation, letter.opening) if line),
        "text": tuple(_write_blocks(letter.body)),
        "closing": (letter.closing, letter.sender, *signed),
        **cosigned,
        "enclosures": (letter.enclosures_label, *letter.enclosures) if letter.enclosures else (),
    }


def _write_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _write_block(block)


def _write_block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(content):
            yield from _STARTS.sub(r"\1\\", _write_inlines(content)).split("\n")
        case Heading(content):
            yield f"## {_write_inlines(content)}"
        case Quotation(content):
            yield from (f"> {line}" for line in _write_blocks(content))
        case Listing(ordered, items):
            for number, item in enumerate(items, start=1):
                yield from _write_item(f"{number}. " if ordered else "- ", item)
        case Table(alignments, header, rows):
            yield _write_row(_write_inlines(cell) for cell in header)
            yield _write_row(_RULES[alignment] for alignment in alignments)
            yield from (_write_row(_write_inlines(cell) for cell in row) for row in rows)


def _write_item(mark: str, blocks: Iterable[Block]) -> Iterator[str]:
    for place, line in enumerate(_write_blocks(blocks)):
        yield (" " * len(mark) if place else mark) + line


def _write_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _write_inlines(content: Iterable[Inline]) -> str:
    return "".join(_write_inline(part) for part in content)


def _write_inline(part: Inline) -> str:
    match part:
        case Plain(text):
            return _MARKS.sub(r"\\\g<0>", text)
        case Strong(content):
            return f"**{_write_inlines(content)}**"
        case Emphasis(content):
            return f"*{_write_inlines(content)}*"
        case Link(target, content):
            return f"[{_write_inlines(content)}]({target})"
        case LineBreak():
            return "\\\n"
        case Footnote(content):
            return f"^[{_write_inlines(content)}]"


def diff_lines(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that went (``- …``) and those that came (``+ …``), with the words that differ marked in both."""
    told: list[str] = []
    for tag, at, end, new_at, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = list(old[at:end]), list(new[new_at:new_end])
        for place, (before, after) in enumerate(zip(gone, come, strict=False)):
            if are_alike(before, after):
                gone[place], come[place] = mark_words(before, [after]), mark_words(after, [before])
        told += [f"- {line}" for line in gone] + [f"+ {line}" for line in come]
    return tuple(told)


def are_alike(one: str, other: str) -> bool:
    """Return whether a line can be taken for another one with some words changed."""
    matcher = SequenceMatcher(None, split_words(one), split_words(other), autojunk=False)
    return matcher.real_quick_ratio() > _ALIKE and matcher.quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE


def mark_words(line: str, others: Iterable[str]) -> str:
    """Return a line with marks around the words that are not the same in all the others."""
    words = split_words(line)
    shared = [True] * len(words)
    for other in others:
        blocks = SequenceMatcher(None, words, split_words(other), autojunk=False).get_matching_blocks()
        found = {place for block in blocks for place in range(block.a, block.a + block.size)}
        shared = [same and place in found for place, same in enumerate(shared)]
    return _join(words, shared)


def split_words(line: str) -> list[str]:
    """Return words, blanks and signs; in Chinese, Japanese and Korean each character by itself."""
    return _WORDS.findall(line)


def _join(words: Sequence[str], shared: Sequence[bool]) -> str:
    text = "".join(word if same else f"{OPENING}{word}{CLOSING}" for word, same in zip(words, shared, strict=True))
    return re.sub(rf"{CLOSING}(\s*){OPENING}", r"\1", text)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is approved of one packet: lines of words by the name of their part."""

    parts: Mapping[str, tuple[str, ...]]

    def serialize(self) -> bytes:
        """Return it as bytes for the log, always the same for the same content."""
        return serialize_json({"version": _VERSION, "parts": self.parts}).encode()

    @property
    def sha256(self) -> str:
        """The digest that an approval is of."""
        return digest(self.serialize())


def read_content(serialized: bytes) -> Content:
    """Return the content that was approved once. Raises ValueError for what this program cannot read."""
    said = json.loads(serialized)
    if said.get("version") != _VERSION:
        raise ValueError(f"content of version {said.get('version')}")
    return Content({name: tuple(lines) for name, lines in said["parts"].items()})


@dataclass(frozen=True, slots=True)
class PacketSource:
    """What one recipient gets by one channel: ``letters`` in the order of the envelope, the covering ``note`` of an
    e-mail, and the files ``attached`` by their names."""

    recipient: Recipient
    channel: str
    letters: tuple[Letter, ...]
    note: Letter | None
    attached: Mapping[str, bytes]


def describe_content(parcel: PacketSource, theme: Theme) -> Content:
    """Return the content of a packet: the same for the same words, whichever program, machine or day made them."""
    envelope = parcel.letters
    parts: dict[str, tuple[str, ...]] = {
        "reference": tuple(dict.fromkeys(letter.reference for letter in envelope)),
        "envelope": tuple(f"{letter.stem}.{letter.language}" for letter in envelope),
    }
    if parcel.channel == Channel.EMAIL:
        parts["e-mail addresses"] = parcel.recipient.email
    if parcel.note:
        parts |= {f"covering note: {part}": lines for part, lines in write_reading(parcel.note).items()}
    for letter in envelope:
        name = f"{letter.stem}.{letter.language}"
        parts |= {f"{name}: {part}": lines for part, lines in write_parts(letter).items()}
        parts[f"{name}: pictures of signatures"] = tuple(
            f"{signature.name}: sha256 {digest(signature.image)}" for signature in letter.signatures if signature.image
        )
    parts["files enclosed"] = tuple(f"{name}: sha256 {digest(content)}" for name, content in parcel.attached.items())
    parts["theme"] = tuple(_describe_theme(theme, envelope))
    return Content(parts)


def _describe_theme(theme: Theme, letters: Iterable[Letter]) -> Iterator[str]:
    # Only the languages that are used: another one in the theme changes nothing for this recipient.
    used = {tag for one in letters for tag in (one.language, *(line.language for line in one.address.lines))}
    look = theme.model_dump(exclude={"css", "logo", "fonts"})
    look["fonts"] = {tag: theme.fonts[tag].model_dump() for tag in sorted(used) if tag in theme.fonts}
    yield from _flatten("", look)
    yield f"style sheet: sha256 {digest(theme.css.encode())}"
    if theme.logo:
        yield f"logo: sha256 {digest(theme.logo)}"


def _flatten(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from _flatten(f"{name}.{key}".lstrip("."), value[key])
    elif value is not None:
        yield f"{name}: {', '.join(value) if isinstance(value, tuple) else value}"
