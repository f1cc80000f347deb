"""Files that prove what happened: taken in with their true type, and given out again under safe names."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.errors import PetitionerError
from petitioner.files import digest, get_file_size
from petitioner.log.events import Attachment, Document, Event
from petitioner.log.photographs import may_hold_metadata, strip_metadata
from petitioner.model.types import find_refused_character
from petitioner.source.text import find_media_type

EVIDENCE = "evidence"
"""The role of a photograph, a receipt, a reply: of what shows that something happened."""

USED = "used"
"""The role of a file that was really sent in place of the build's."""

MOST_BYTES = 20_000_000
"""The greatest size of one file, in bytes: a scan of twenty pages, or any photograph of a telephone."""

MOST_BYTES_AT_ONCE = 60_000_000
"""The greatest size of all files that come in at once, in bytes. The whole log is copied before each real run."""

# Mail and tables are plain text, so that only the name tells them apart (RFC 5322, RFC 4180).
_TEXTS = {".eml": "message/rfc822", ".csv": "text/csv", ".html": "text/html", ".htm": "text/html"}
_UNKNOWN = "application/octet-stream"
# Not allowed in a name by Windows, or not safe in a shell (Microsoft, "Naming Files, Paths, and Namespaces").
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A document of the log, the event it belongs to, and the name under which it goes out."""

    event: Event
    document: Document
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Files that were read, and what to say of them: what was taken out on the way in, or could not be."""

    attachments: tuple[Attachment, ...]
    remarks: tuple[str, ...] = ()


def read_evidence(paths: Iterable[Path]) -> Evidence:
    """The files that show that something happened; photographs without what the camera wrote beside the picture.

    Raises ``PetitionerError`` as ``read_files`` does.
    """
    cleaned = [_clean(attachment) for attachment in read_files(paths, EVIDENCE)]
    return Evidence(tuple(one for one, _ in cleaned), tuple(remark for _, remark in cleaned if remark))


def read_files(paths: Iterable[Path], role: str) -> tuple[Attachment, ...]:
    """The files that a person names, as they are on disk.

    Raises ``PetitionerError`` that names every file that is missing, empty or too big.
    """
    attachments: list[Attachment] = []
    faults: list[str] = []
    for path in dict.fromkeys(paths):
        try:
            content = _read(path)
        except (OSError, ValueError) as error:
            faults.append(f"{path}: {error.strerror if isinstance(error, OSError) else error}")
        else:
            attachments.append(Attachment(role, path.name, detect_media_type(path.name, content), content))
    faults += _find_clashes(attachments)
    if faults:
        raise PetitionerError("\n".join(faults), "Nothing was recorded. Mend this, then run the command again.")
    return tuple(attachments)


def detect_media_type(name: str, content: bytes) -> str:
    """The media type that the content shows (RFC 6838); the ending of the name decides only between kinds of text."""
    if found := find_media_type(content):
        return found
    if _is_text(content):
        return _TEXTS.get(Path(name).suffix.lower(), "text/plain")
    return _UNKNOWN


def clean_evidence(content: bytes) -> bytes:
    """What is kept of a file that is taken in as evidence."""
    cleaned, _ = _clean(Attachment(EVIDENCE, "", detect_media_type("", content), content))
    return cleaned.content


def _clean(attachment: Attachment) -> tuple[Attachment, str]:
    name, content = attachment.name, attachment.content
    if not may_hold_metadata(attachment.media_type):
        return attachment, ""
    try:
        cleaned = strip_metadata(attachment.media_type, content)
    except ValueError as error:
        said = f"{name} is kept as it is, and may tell where, when and with what it was made: {error}"
        return attachment, f'{said}. If it should not be kept: petitioner log redact EVENT --files --because "…"'
    if cleaned == content:
        return attachment, ""
    said = "what the camera wrote beside the picture, such as place and time, was taken out; the picture is the same."
    return replace(attachment, content=cleaned), f"{name}: {said}"


def list_exported_files(events: Iterable[Event]) -> tuple[ExportedFile, ...]:
    """All files of some events, each under a name that no other has: ``12-receipt.jpg``."""
    found = [(event, document) for event in events for document in event.documents]
    plain = [f"{event.id}-{make_safe_name(document.name)}" for event, document in found]
    twice = {name for name, count in Counter(name.casefold() for name in plain).items() if count > 1}
    return tuple(
        ExportedFile(event, document, _distinguish(name, document) if name.casefold() in twice else name)
        for (event, document), name in zip(found, plain, strict=True)
    )


def make_safe_name(name: str) -> str:
    """A name that is one file in one folder on every system, and hides nothing: neither a path nor a dot first."""
    visible = "".join("_" if find_refused_character(character) else character for character in name)
    plain = _UNSAFE.sub("_", visible).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    short = f"{(stem or ending)[:60]}{dot}{ending[:12]}" if stem else plain[:60]
    return short or "file"


def _distinguish(name: str, document: Document) -> str:
    number, _, rest = name.partition("-")
    return f"{number}-{make_safe_name(document.role)}-{digest(document.name.encode())[:8]}-{rest}"


def _read(path: Path) -> bytes:
    """The bytes of a file. Raises OSError, or ValueError for what is no evidence."""
    if found := find_refused_character(path.name):
        raise ValueError(f"its name contains {found[1]}, which is {found[2]}; rename it")
    size = get_file_size(path)
    if size > MOST_BYTES:
        raise ValueError(f"has {_format_size(size)}, and at most {_format_size(MOST_BYTES)} of one file are kept")
    if not size:
        raise ValueError("is empty")
    return path.read_bytes()


def _find_clashes(attachments: list[Attachment]) -> Iterator[str]:
    total = sum(len(attachment.content) for attachment in attachments)
    if total > MOST_BYTES_AT_ONCE:
        limit = _format_size(MOST_BYTES_AT_ONCE)
        yield f"The files have {_format_size(total)} together, and at most {limit} are kept at once"
    for name, count in Counter(attachment.name for attachment in attachments).items():
        if count > 1:
            yield f"{count} files are called {name}; rename all but one"


def _format_size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\n\r\t\f" for character in text)
