"""Logs for the tests of the report: three years, with every kind of event, from one country or from two."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path

from PIL import Image, ImageDraw

from petitioner.log.events import Attachment, Details, Draft, Erasure, Event
from petitioner.log.evidence import EVIDENCE
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog

YEARS = ("2025", "2026", "2027")
JAPAN = {
    "jp-tokyo": "中华人民共和国驻日本国大使馆",
    "jp-osaka": "中华人民共和国驻大阪总领事馆",
    "jp-fukuoka": "中华人民共和国驻福冈总领事馆",
    "jp-sapporo": "中华人民共和国驻札幌总领事馆",
    "jp-nagasaki": "中华人民共和国驻长崎总领事馆",
    "jp-nagoya": "中华人民共和国驻名古屋总领事馆",
    "jp-niigata": "中华人民共和国驻新潟总领事馆",
}
KOREA = {"kr-seoul": "주대한민국 중화인민공화국 대사관", "kr-busan": "주부산 중화인민공화국 총영사관"}


@dataclass(frozen=True)
class Step:
    """One event of a story: on which day after the first, by which attempt, with what."""

    kind: Kind
    day: int = 0
    details: Details = Details()  # noqa: RUF009 - frozen
    files: tuple[Attachment, ...] = ()
    attempt: int = 1


def photograph(colour: str, words: str, *, size: tuple[int, int] = (1600, 1067)) -> Attachment:
    """A picture of a gate, with the place in its metadata."""
    picture = Image.new("RGB", size, "#cfd8dc")
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.rectangle((0, height * 2 // 3, width, height), fill="#8d9a94")
    draw.rectangle((width // 5, height // 4, width * 4 // 5, height * 5 // 6), fill=colour)
    draw.rectangle((width * 2 // 5, height // 2, width * 3 // 5, height * 5 // 6), fill="#30302c")
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 39.0, 31.5), 3: "E", 4: (139.0, 44.0, 1.5)})
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=85, exif=exif, comment=words.encode())
    return Attachment(EVIDENCE, f"{words}.jpg", "image/jpeg", stream.getvalue())


REPLY = Attachment(EVIDENCE, "reply.pdf", "application/pdf", b"%PDF-1.7 reply")
MAIL = (Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING)


@cache
def list_stories() -> Sequence[tuple[str, tuple[Step, ...]]]:
    """Channel and events of each story; all of them together have every kind."""
    gate, box = photograph("#9a4f43", "the gate"), photograph("#5f7355", "the letter box")
    tracked = Details(tracking="RR123456785JP", mail_class="registered", postage="460 JPY")
    mail = tuple(map(Step, MAIL))
    handed = Step(Kind.HANDED_OVER, 0, Details(met="the guard, Mr. Wang", public=True), (gate,))
    thanks = Step(Kind.REPLIED, 25, Details(note="Ms. Li thanks us"), (REPLY,))
    returned = (Step(Kind.RETURNED, 20), Step(Kind.REOPENED, 21), Step(Kind.POSTED, 22, attempt=2))
    boxed = Step(Kind.LEFT_IN_LETTER_BOX, 3, Details(note="nobody came"), (box,))
    jammed = (Step(Kind.PRINTING, 2), Step(Kind.PRINT_IN_DOUBT, 2), Step(Kind.NOT_PRINTED, 3))
    return (
        ("hand", (handed,)),
        ("post", (Step(Kind.PRINTED), Step(Kind.POSTED, 1, tracked), thanks)),
        ("email", (*mail, Step(Kind.ACCEPTED), Step(Kind.AUTO_REPLIED), Step(Kind.DELIVERED, 1))),
        ("post", (Step(Kind.PRINTING), Step(Kind.PRINTED), Step(Kind.POSTED, 2), *returned)),
        ("email", (*mail, Step(Kind.IN_DOUBT), Step(Kind.SETTLED_SENT, 2), Step(Kind.REPLIED, 9))),
        ("hand", (boxed, Step(Kind.REPLIED, 70))),
        ("email", (*mail, Step(Kind.ACCEPTED), Step(Kind.BOUNCED, 1), Step(Kind.REOPENED, 2))),
        ("hand", (Step(Kind.REFUSED_AT_GATE, 4),)),
        ("fax", (Step(Kind.FAXED, 5),)),
        ("email", (*mail, Step(Kind.REFUSED))),
        ("email", (*mail, Step(Kind.DEFERRED))),
        ("email", (*mail, Step(Kind.IN_DOUBT), Step(Kind.SETTLED_NOT_SENT, 3))),
        ("email", (Step(Kind.APPROVED), Step(Kind.DRAFTED))),
        ("email", (Step(Kind.REHEARSED), Step(Kind.EXPORTED))),
        ("post", (Step(Kind.APPROVED), Step(Kind.LAPSED, 1), *jammed)),
    )


Story = tuple[str, tuple[Step, ...]]
"""A channel, and what happened to a letter by it."""


def list_drafts(
    names: Mapping[str, str], years: Sequence[str], shift: int = 0, stories: Sequence[Story] = ()
) -> Iterator[tuple[Draft, ...]]:
    """What a log of these missions has: each year another story for each of them."""
    stories = stories or list_stories()
    number = shift
    for year in years:
        first = date(int(year), 9, 8)
        for recipient, name in names.items():
            channel, steps = stories[number % len(stories)]
            number += 1
            yield tuple(make_draft(year, recipient, name, channel, step, first) for step in steps)


def make_draft(year: str, recipient: str, name: str, channel: str, step: Step, first: date) -> Draft:
    """One entry of a story."""
    day = first + timedelta(days=step.day)
    return Draft(
        campaign=year,
        edition=1,
        recipient=recipient,
        recipient_name=name,
        destination=find_destination(recipient, channel),
        channel=channel,
        attempt=step.attempt,
        kind=step.kind,
        happened_on=day,
        recorded_at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
        by="Hanako",
        details=step.details,
        attachments=step.files,
    )


def find_destination(recipient: str, channel: str) -> str:
    """An address of its own for each mission and channel."""
    if channel == "fax":
        return f"+81 3 {int.from_bytes(recipient.encode()) % 10**8}"
    return f"{recipient}@example.cn" if channel == "email" else f"{recipient} 1-2-3"


def make_log(
    path: Path, names: Mapping[str, str], *, years: Sequence[str] = YEARS, shift: int = 0
) -> tuple[Event, ...]:
    """A log with one story for each mission and year, and at its end what is about the log itself."""
    log = MailingLog(path)
    log.append(lambda _: chain.from_iterable(list_drafts(names, years, shift)))
    append_corrections(log)
    return log.read()


def append_corrections(log: MailingLog) -> None:
    """A slip that is taken back, a confirmation, a redaction, and what is about the log."""
    last = log.read()[-1]
    draft = make_draft(
        last.campaign, last.recipient, last.recipient_name, "fax", Step(Kind.FAXED, 30), date(2027, 9, 8)
    )
    (slip,) = log.append(lambda _: [draft])
    entries = (
        (Kind.WITHDRAWN, Details(note="typed twice", withdraws=slip.id)),
        (Kind.CONFIRMED, Details(note="it was so", confirms=1)),
        (Kind.ADOPTED, Details(note="a new computer")),
        (Kind.RESTORED, Details(note="from a copy")),
    )
    log.append(lambda _: [replace(draft, kind=kind, details=details) for kind, details in entries])
    redaction = replace(
        draft, kind=Kind.REDACTED, details=Details(note="private", redacts=slip.id), erasure=Erasure(slip.id)
    )
    log.append(lambda _: [redaction])
