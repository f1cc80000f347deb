"""What a packet holds, as its recipient will see it, put down so that two readings of it can be held together.

Rendered bytes are left out: they move with fonts and libraries, and nobody reads them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from petitioner.approval.words import write_parts, write_reading
from petitioner.files import digest
from petitioner.mailing_log.events.chain import spell_json
from petitioner.model.letter import Letter
from petitioner.model.recipient import Channel, Recipient
from petitioner.model.theme import Theme

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is approved of one packet: lines of words by the name of the part that they stand in."""

    parts: Mapping[str, tuple[str, ...]]

    def spell(self) -> bytes:
        """Return the one spelling of it, for the log."""
        return spell_json({"version": _VERSION, "parts": self.parts}).encode()

    @property
    def sha256(self) -> str:
        """The digest that an approval is of."""
        return digest(self.spell())


def read_content(spelt: bytes) -> Content:
    """Return the content that was approved once. Raises ValueError for what this program cannot read."""
    said = json.loads(spelt)
    if said.get("version") != _VERSION:
        raise ValueError(f"content of version {said.get('version')}")
    return Content({name: tuple(lines) for name, lines in said["parts"].items()})


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one recipient gets by one channel: ``letters`` in the order of the envelope, the covering ``note`` of an
    e-mail, and the files ``attached`` by their names."""

    recipient: Recipient
    channel: str
    letters: tuple[Letter, ...]
    note: Letter | None
    attached: Mapping[str, bytes]


def describe_content(parcel: Parcel, theme: Theme) -> Content:
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
