"""The files of the last build, as they go into the log when they are approved."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from petitioner.approval.packets import ENCLOSURE, LETTER, NOTE
from petitioner.approval.requests import Request, Supply
from petitioner.commands.secretary import name_type
from petitioner.errors import PetitionerError
from petitioner.files import digest, read_whole
from petitioner.locales import load_locales
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.records import Attachment
from petitioner.model.letter import Letter
from petitioner.production.manifest import OUT, locate, require_no_link
from petitioner.production.shelf import ShelvedFile, find_current
from petitioner.renderers import note as note_in_html
from petitioner.renderers import text as note_in_text

_SHOWN = 5  # files that a message names before it counts the rest

Files = Mapping[str, tuple[ShelvedFile, ...]]
"""The built files of each recipient."""


def require_built(requests: Sequence[Request], supply: Supply, desk: Desk) -> Files:
    """The built files of all packets, each read again.

    Raises ``PetitionerError`` unless they say what the present content says, and are made from it.
    """
    packets = {request.recipient.id: request.letters for request in requests}  # the same files for all channels
    require_no_link(desk.folder, desk.campaign.id)
    folder = locate(desk.folder, desk.campaign.id)
    letters = [letter for own in packets.values() for letter in own]
    files: dict[str, tuple[ShelvedFile, ...]] = {}
    with _errors_explained():
        for letter, file in find_current(folder, letters, supply.theme):
            files[letter.recipient] = (*files.get(letter.recipient, ()), file)
    faults = [file for own in files.values() for file in own if file.fault]
    if faults:
        rest = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        named = "; ".join(f"{_shorten(file.path, desk)} {file.fault}" for file in faults[:_SHOWN])
        foreign = [_shorten(file.path, desk) for file in faults if file.is_foreign]
        first = f"rm {' '.join(foreign[:_SHOWN])} && " if foreign else ""
        raise PetitionerError(
            f"What is in {OUT}/ is not what would be approved: {named}{rest}.",
            f"Run: {first}petitioner build    Read the letters that it makes, then: petitioner approve",
        )
    return files


def freeze(request: Request, files: Sequence[ShelvedFile], supply: Supply, desk: Desk) -> tuple[Attachment, ...]:
    """The files of one packet, and what goes along. Raises ``PetitionerError`` for one that was changed just now."""
    enclosures = (
        Attachment(ENCLOSURE, name, "application/pdf", content) for name, content in supply.enclosures.items()
    )
    return (*(_read(file, desk) for file in files), *enclosures, *_freeze_note(request.note))


def _freeze_note(note: Letter | None) -> Iterator[Attachment]:
    """The words of an e-mail as they will be sent; they are rendered now, and never again."""
    if note is not None:
        locale, name = load_locales()[note.language], f"{note.stem}.{note.language}"
        yield Attachment(NOTE, f"{name}.txt", "text/plain", note_in_text.render_note(note, locale).encode())
        yield Attachment(NOTE, f"{name}.html", "text/html", note_in_html.render_note(note, locale).encode())


def _read(file: ShelvedFile, desk: Desk) -> Attachment:
    with _errors_explained():
        content = read_whole(file.path)
    if digest(content) != file.sha256:
        sentence = f"{_shorten(file.path, desk)} was changed just now; nothing was recorded."
        raise PetitionerError(sentence, "Run: petitioner build")
    return Attachment(LETTER, file.path.name, name_type(file.path), content)


@contextmanager
def _errors_explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "Run: petitioner build    It tells what is wrong with the files."
        raise PetitionerError(f"{error.filename} cannot be read: {error.strerror}.", hint) from None


def _shorten(path: Path, desk: Desk) -> str:
    return str(path.relative_to(desk.folder))
