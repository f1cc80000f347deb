"""What tests of a log that was spoilt share: a log of some length, and everything that its file lets one do to it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from log_workspace import draft
from petitioner.log.events import Attachment, Details
from petitioner.log.kinds import Kind
from petitioner.log.storage.rows import describe_schema
from petitioner.log.storage.store import MailingLog
from petitioner.log.storage.verify import LogFault, find_faults

PDF = Attachment("letter", "petition.ja.pdf", "application/pdf", b"%PDF-1.7")
OTHER = replace(PDF, name="petition.en.pdf", content=b"%PDF-1.7 en")


def make_log(folder: Path) -> MailingLog:
    """Five events: two letters to Osaka, one to Tokyo, a slip taken back, and a return."""
    log = MailingLog.within(folder)
    told = Details(tracking="RR123456785JP", note="at the counter")
    log.append(lambda _: [replace(draft(details=told), attachments=(PDF, OTHER))])
    log.append(lambda _: [replace(draft(recipient="jp-tokyo"), attachments=(PDF,)), draft(recipient="jp-fukuoka")])
    withdrawal = Details(note="typed twice", withdraws=3)
    log.append(lambda _: [draft(Kind.WITHDRAWN, "jp-fukuoka", details=withdrawal)])
    log.append(lambda _: [draft(Kind.RETURNED, on=date(2027, 9, 20))])
    return log


def tamper(path: Path, *statements: str, keep_triggers: bool = True) -> None:
    """What anybody can do who has the file: take the triggers away, change what is there, and put them back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in found:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in found if keep_triggers else ():
            connection.execute(sql)


def read_faults(log: MailingLog) -> tuple[LogFault, ...]:
    return find_faults(log.read_raw(), describe_schema())


def say_faults(log: MailingLog) -> list[str]:
    return [str(fault) for fault in read_faults(log)]


Tampering = Callable[[Path], None]
