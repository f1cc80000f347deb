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

# Characters that look like Markdown get a backslash, so that two different letters never give the same text.
_MARKUP = re.compile(r"[\\*\[\]|]")
_STARTS = re.compile(r"^(\d+)?(?=[#>+.)-]+ )")
_RULES = {Alignment.START: ":--", Alignment.CENTRE: ":-:", Alignment.END: "--:"}
OPENING, CLOSING = "⟦", "⟧"
"""The brackets around words that differ; letters hardly ever use them."""

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_WORDS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|\s+|.", re.DOTALL)
_SIMILAR = 0.5
"""The part of the words that two lines must share to count as one changed line, from 0 to 1."""
_VERSION = 1


def list_parts(letter: Letter) -> Parts:
    """Return all lines of a letter's text, by the name of their part, such as 'address'."""
    return {
        "letterhead": (letter.letterhead.name, *letter.letterhead.lines),
        "address": tuple(line.text for line in letter.address.printed),
        "date": (letter.date_line,),
        "reference": (letter.reference_line,),
        **list_text_parts(letter),
        "page numbers": (letter.page_label,),
        "running head": (letter.running_head,) if letter.running_head else (),
        **({"authoritative language": (letter.authoritative,)} if letter.authoritative else {}),
    }


def list_text_parts(letter: Letter) -> Parts:
    """Return the lines from the subject to the enclosures, by part: without letterhead, address, date and reference."""
    signed = (line for signature in letter.signatures for line in (signature.name, signature.title))
    cosigned = {"co-signers": (letter.cosigners_label, *letter.cosigners)} if letter.cosigners else {}
    return {
        "subject": (letter.subject,),
        "salutation": tuple(line for line in (letter.salutation, letter.opening) if line),
        "text": tuple(_format_blocks(letter.body)),
        "closing": (letter.closing, letter.sender, *signed),
        **cosigned,
        "enclosures": (letter.enclosures_label, *letter.enclosures) if letter.enclosures else (),
    }


def _format_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _format_block(block)


def _format_block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(content):
            yield from _STARTS.sub(r"\1\\", _format_inlines(content)).split("\n")
        case Heading(content):
            yield f"## {_format_inlines(content)}"
        case Quotation(content):
            yield from (f"> {line}" for line in _format_blocks(content))
        case Listing(ordered, items):
            for number, item in enumerate(items, start=1):
                yield from _format_item(f"{number}. " if ordered else "- ", item)
        case Table(alignments, header, rows):
            yield _format_row(_format_inlines(cell) for cell in header)
            yield _format_row(_RULES[alignment] for alignment in alignments)
            yield from (_format_row(_format_inlines(cell) for cell in row) for row in rows)


def _format_item(bullet: str, blocks: Iterable[Block]) -> Iterator[str]:
    for place, line in enumerate(_format_blocks(blocks)):
        yield (" " * len(bullet) if place else bullet) + line


def _format_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _format_inlines(content: Iterable[Inline]) -> str:
    return "".join(_format_inline(part) for part in content)


def _format_inline(part: Inline) -> str:
    match part:
        case Plain(text):
            return _MARKUP.sub(r"\\\g<0>", text)
        case Strong(content):
            return f"**{_format_inlines(content)}**"
        case Emphasis(content):
            return f"*{_format_inlines(content)}*"
        case Link(target, content):
            return f"[{_format_inlines(content)}]({target})"
        case LineBreak():
            return "\\\n"
        case Footnote(content):
            return f"^[{_format_inlines(content)}]"


def diff_lines(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return the removed lines (``- …``) and the added ones (``+ …``), with brackets around the words that differ."""
    lines: list[str] = []
    for tag, at, end, new_at, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        removed, added = list(old[at:end]), list(new[new_at:new_end])
        for place, (before, after) in enumerate(zip(removed, added, strict=False)):
            if are_similar(before, after):
                removed[place], added[place] = mark_words(before, [after]), mark_words(after, [before])
        lines += [f"- {line}" for line in removed] + [f"+ {line}" for line in added]
    return tuple(lines)


def are_similar(one: str, other: str) -> bool:
    """Return whether a line can be taken for another one with some words changed."""
    matcher = SequenceMatcher(None, split_words(one), split_words(other), autojunk=False)
    return matcher.real_quick_ratio() > _SIMILAR and matcher.quick_ratio() > _SIMILAR and matcher.ratio() > _SIMILAR


def mark_words(line: str, others: Iterable[str]) -> str:
    """Return a line with brackets around the words that are not in all of the ``others``."""
    words = split_words(line)
    shared = [True] * len(words)
    for other in others:
        blocks = SequenceMatcher(None, words, split_words(other), autojunk=False).get_matching_blocks()
        found = {place for block in blocks for place in range(block.a, block.a + block.size)}
        shared = [same and place in found for place, same in enumerate(shared)]
    return _join_marked(words, shared)


def split_words(line: str) -> list[str]:
    """Split a line into words, spaces and punctuation; in Chinese, Japanese and Korean into single characters."""
    return _WORDS.findall(line)


def _join_marked(words: Sequence[str], shared: Sequence[bool]) -> str:
    text = "".join(word if same else f"{OPENING}{word}{CLOSING}" for word, same in zip(words, shared, strict=True))
    return re.sub(rf"{CLOSING}(\s*){OPENING}", r"\1", text)


@dataclass(frozen=True, slots=True)
class Content:
    """The text of one packet that is approved: its lines, by the names of the parts."""

    parts: Mapping[str, tuple[str, ...]]

    def serialize(self) -> bytes:
        """Return it as bytes for the log, always the same for the same content."""
        return serialize_json({"version": _VERSION, "parts": self.parts}).encode()

    @property
    def sha256(self) -> str:
        """The SHA-256 of the serialized content, which an approval records."""
        return digest(self.serialize())


def read_content(serialized: bytes) -> Content:
    """Parse serialized content from the log. Raises ValueError for another version or for invalid JSON."""
    data = json.loads(serialized)
    if data.get("version") != _VERSION:
        raise ValueError(f"content of version {data.get('version')}")
    return Content({name: tuple(lines) for name, lines in data["parts"].items()})


@dataclass(frozen=True, slots=True)
class PacketSource:
    """What one recipient gets by one channel: ``letters`` in order, an e-mail's covering ``note``, enclosed files."""

    recipient: Recipient
    channel: str
    letters: tuple[Letter, ...]
    note: Letter | None
    attached: Mapping[str, bytes]


def describe_content(source: PacketSource, theme: Theme) -> Content:
    """Return the content of a packet. The same text gives the same content on every machine and day."""
    letters = source.letters
    parts: dict[str, tuple[str, ...]] = {
        "reference": tuple(dict.fromkeys(letter.reference for letter in letters)),
        "envelope": tuple(f"{letter.stem}.{letter.language}" for letter in letters),
    }
    if source.channel == Channel.EMAIL:
        parts["e-mail addresses"] = source.recipient.email
    if source.note:
        parts |= {f"covering note: {part}": lines for part, lines in list_text_parts(source.note).items()}
    for letter in letters:
        name = f"{letter.stem}.{letter.language}"
        parts |= {f"{name}: {part}": lines for part, lines in list_parts(letter).items()}
        parts[f"{name}: pictures of signatures"] = tuple(
            f"{signature.name}: sha256 {digest(signature.image)}" for signature in letter.signatures if signature.image
        )
    parts["files enclosed"] = tuple(f"{name}: sha256 {digest(content)}" for name, content in source.attached.items())
    parts["theme"] = tuple(_describe_theme(theme, letters))
    return Content(parts)


def _describe_theme(theme: Theme, letters: Iterable[Letter]) -> Iterator[str]:
    # Only the languages that are used: another one in the theme changes nothing for this recipient.
    used = {tag for one in letters for tag in (one.language, *(line.language for line in one.address.lines))}
    settings = theme.model_dump(exclude={"css", "logo", "fonts"})
    settings["fonts"] = {tag: theme.fonts[tag].model_dump() for tag in sorted(used) if tag in theme.fonts}
    yield from _flatten_settings("", settings)
    yield f"style sheet: sha256 {digest(theme.css.encode())}"
    if theme.logo:
        yield f"logo: sha256 {digest(theme.logo)}"


def _flatten_settings(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from _flatten_settings(f"{name}.{key}".lstrip("."), value[key])
    elif value is not None:
        yield f"{name}: {', '.join(value) if isinstance(value, tuple) else value}"
