"""Files that prove what happened: read with the type that their content shows, and exported under safe names."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.errors import PetitionerError
from petitioner.files import digest, get_file_size
from petitioner.log.events import Attachment, Document, Event
from petitioner.model.characters import find_refused_character
from petitioner.source.text import find_media_type

EVIDENCE = "evidence"
"""The role of a photograph, receipt or reply."""

USED = "used"
"""The role of a file that was sent instead of a built one."""

MOST_BYTES = 20_000_000
"""The largest size of one file, in bytes: enough for a scan of twenty pages or a photograph."""

MOST_BYTES_AT_ONCE = 60_000_000
"""The largest size of all files of one command, in bytes; the whole log is copied before each run that sends."""

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
    """Files that were read; ``remarks`` say which metadata was removed from them, or could not be."""

    attachments: tuple[Attachment, ...]
    remarks: tuple[str, ...] = ()


def read_evidence(paths: Iterable[Path]) -> Evidence:
    """Read files that prove something, and remove the metadata of photographs.

    Raises ``PetitionerError`` as ``read_files`` does.
    """
    cleaned = [_clean_attachment(attachment) for attachment in read_files(paths, EVIDENCE)]
    return Evidence(tuple(one for one, _ in cleaned), tuple(remark for _, remark in cleaned if remark))


def read_files(paths: Iterable[Path], role: str) -> tuple[Attachment, ...]:
    """Read the files that a person named, unchanged.

    Raises ``PetitionerError`` that names every file that is missing, empty or too large.
    """
    attachments: list[Attachment] = []
    faults: list[str] = []
    for path in dict.fromkeys(paths):
        try:
            content = _read_evidence_file(path)
        except (OSError, ValueError) as error:
            faults.append(f"{path}: {error.strerror if isinstance(error, OSError) else error}")
        else:
            attachments.append(Attachment(role, path.name, detect_media_type(path.name, content), content))
    faults += _find_clashes(attachments)
    if faults:
        raise PetitionerError("\n".join(faults), "Nothing was recorded. Correct this, then run the command again.")
    return tuple(attachments)


def detect_media_type(name: str, content: bytes) -> str:
    """Return the media type that the content shows (RFC 6838); the name decides only between kinds of text."""
    if files := find_media_type(content):
        return files
    if _is_text(content):
        return _TEXTS.get(Path(name).suffix.lower(), "text/plain")
    return _UNKNOWN


def clean_evidence(content: bytes) -> bytes:
    """Return the bytes that the log keeps of an evidence file: without metadata."""
    cleaned, _ = _clean_attachment(Attachment(EVIDENCE, "", detect_media_type("", content), content))
    return cleaned.content


def _clean_attachment(attachment: Attachment) -> tuple[Attachment, str]:
    name, content = attachment.name, attachment.content
    from petitioner.log.photographs import may_hold_metadata, strip_metadata  # noqa: PLC0415 - loads Pillow

    if not may_hold_metadata(attachment.media_type):
        return attachment, ""
    try:
        cleaned = strip_metadata(attachment.media_type, content)
    except ValueError as error:
        remark = f"{name} is kept unchanged, and may contain the place, the time and the camera: {error}"
        return attachment, f'{remark}. If it should not be kept: petitioner log redact EVENT --files --because "…"'
    if cleaned == content:
        return attachment, ""
    remark = "the camera's data, such as place and time, was removed; the picture is the same."
    return replace(attachment, content=cleaned), f"{name}: {remark}"


def list_exported_files(events: Iterable[Event]) -> tuple[ExportedFile, ...]:
    """List all files of some events, each with a unique name such as ``12-receipt.jpg``."""
    files = [(event, document) for event in events for document in event.documents]
    names = [f"{event.id}-{make_safe_name(document.name)}" for event, document in files]
    twice = {name for name, count in Counter(name.casefold() for name in names).items() if count > 1}
    return tuple(
        ExportedFile(event, document, _add_role_and_hash(name, document) if name.casefold() in twice else name)
        for (event, document), name in zip(files, names, strict=True)
    )


def make_safe_name(name: str) -> str:
    """Return a file name that is valid on every system, without a path and without a leading dot."""
    visible = "".join("_" if find_refused_character(character) else character for character in name)
    names = _UNSAFE.sub("_", visible).strip(" .")
    stem, dot, ending = names.rpartition(".")
    short = f"{(stem or ending)[:60]}{dot}{ending[:12]}" if stem else names[:60]
    return short or "file"


def _add_role_and_hash(name: str, document: Document) -> str:
    number, _, rest = name.partition("-")
    return f"{number}-{make_safe_name(document.role)}-{digest(document.name.encode())[:8]}-{rest}"


def _read_evidence_file(path: Path) -> bytes:
    """Read one file. Raises OSError, or ValueError for a file that is empty, too large or badly named."""
    if files := find_refused_character(path.name):
        raise ValueError(f"its name contains {files[1]}, which is {files[2]}; rename it")
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
