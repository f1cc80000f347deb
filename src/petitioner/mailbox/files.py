"""E-mails that somebody saved as files, for accounts without IMAP: a folder of .eml, one of them, or an mbox."""

import mailbox
from collections.abc import Iterator
from pathlib import Path

from petitioner.errors import UsageError
from petitioner.mailbox.folders import LARGEST, Harvest
from petitioner.mailbox.mail import Mail
from petitioner.mailbox.reading import read_mail

_MBOX = b"From "  # RFC 4155


def read_files(path: Path) -> Harvest:
    """Every e-mail under a path. Raises UsageError when there is none."""
    try:
        found = [*_read(path)]
    except OSError as error:
        raise UsageError(
            f"{error.filename or path} cannot be read: {error.strerror}.", "Name another folder."
        ) from None
    if not found:
        hint = "Save the e-mails there from your mail program, as .eml files or as one mbox file."
        raise UsageError(f"{path} holds no e-mail.", hint)
    mails = tuple(mail for mail in found if isinstance(mail, Mail))
    return Harvest(mails, len(found), tuple(remark for remark in found if isinstance(remark, str)))


def _read(path: Path) -> Iterator[Mail | str]:
    if path.is_dir():
        files = (file for file in path.rglob("*") if file.suffix.lower() == ".eml" and file.is_file())
        for file in sorted(files):
            yield from _read_file(file)
    elif _is_mbox(path):
        box = mailbox.mbox(path, create=False)
        try:
            yield from (read_mail(box.get_bytes(key)) for key in box.keys())  # noqa: SIM118 - a mailbox is no mapping
        finally:
            box.close()
    else:
        yield from _read_file(path)


def _read_file(file: Path) -> Iterator[Mail | str]:
    size = file.stat().st_size
    if size > LARGEST:
        yield f"{file} has {size / 1e6:.0f} MB and was not read; look at it yourself."
    elif size:
        yield read_mail(file.read_bytes())


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MBOX)) == _MBOX
