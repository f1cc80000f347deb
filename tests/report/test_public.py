"""What a public report shows: every field of records and events is planted, and only the named ones appear."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from html import unescape
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pypdfium2 import PdfDocument

from conftest import WorkspaceCopy
from petitioner.commands.report import ReportOptions, write_report
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Details, Draft
from petitioner.log.evidence import EVIDENCE
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.types import Origin, Record
from petitioner.terminal import Terminal
from report_logs import photograph

NOW = datetime(2027, 12, 1, 3, tzinfo=UTC)
PUBLIC = {
    "Recipient.as_of",
    "Recipient.city",
    "Recipient.name",
    "Recipient.verified",
    "Campaign.addressee.name",
    "Campaign.addressee.title",
    "Campaign.cosigners.name",
    "Campaign.name",
    "Campaign.sender.name",
    "Draft.happened_on",
    "Draft.recipient_name",  # of a mission that is not in recipients.yaml
}
"""The fields of which the value may appear in a public report; campaign, channel and kind are compared below."""

INTERNAL = {
    "Recipient.address.lines",
    "Recipient.email",
    "Recipient.source",
    "Recipient.telephone",
    "Draft.attachments.name",
    "Details.met",
    "Details.note",
    "Details.tracking",
}
"""The fields that our own report shows besides."""


class Planter:
    """Fills records so that each value is found again: ``planted`` maps what is printed to its field."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def fill(self, kind: Any, at: str) -> Any:  # noqa: ANN401, C901, PLR0911 - a value of any type
        """Make a value of a type, as records have them, without checking it."""
        if get_origin(kind) is Annotated:
            return self.fill(get_args(kind)[0], at)
        origin, parts = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self.fill(next(part for part in parts if part is not type(None)), at)
        if origin is tuple:
            return (self.fill(parts[0], at),)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            key = next(iter(parts[0])) if isinstance(parts[0], type) and issubclass(parts[0], StrEnum) else "en"
            return {key: self.fill(parts[1], at)}
        if kind is Origin:
            return Origin(self.mark(at), 1)
        if issubclass(kind, Record | Details):
            named = {name: self.fill(self.full_type(kind, name), f"{at}.{name}") for name in kind.model_fields}
            return kind.model_construct(**named)
        if issubclass(kind, StrEnum):
            return next(iter(kind))
        if issubclass(kind, date):
            return self.mark_day(at)
        if issubclass(kind, bool):
            return False
        if issubclass(kind, int | float):
            return self.mark_number(at)
        return self.mark(at)

    def full_type(self, kind: Any, name: str) -> Any:  # noqa: ANN401
        return kind.model_fields[name].annotation

    def mark(self, at: str) -> str:
        word = f"planted{zlib.crc32(at.encode()):08x}"
        self.planted[word] = at
        return word

    def mark_day(self, at: str) -> date:
        day = date(1901 + len(self.planted), 7, 4)
        self.planted[f"4 July {day.year}"] = at
        return day

    def mark_number(self, at: str) -> int:
        number = 70_000_000 + len(self.planted)
        self.planted[str(number)] = at
        return number

    def find(self, text: str) -> set[str]:
        """The fields whose values are in a text."""
        return {at for word, at in self.planted.items() if word in text}


def make_recipient(planter: Planter, id_: str) -> Recipient:
    """A mission in Japan that is written to, with every other field planted."""
    filled: Recipient = planter.fill(Recipient, "Recipient")
    planter.planted["1987-05"] = "Recipient.as_of"
    filled = filled.model_copy(update={"as_of": "1987-05"})
    written_to = dict.fromkeys(("closed", "skip", "left_out", "private"))
    return filled.model_copy(update={"id": id_, "country": "JP", **written_to})


def make_campaign(planter: Planter) -> Campaign:
    filled: Campaign = planter.fill(Campaign, "Campaign")
    return filled.model_copy(update={"id": "2027", "time_zone": "Asia/Tokyo", "edition": 1, "folder_name": None})


def make_drafts(planter: Planter) -> Iterator[Draft]:
    """A letter to each of two missions, and the answers; every text is planted."""
    details: Details = planter.fill(Details, "Details")
    details = details.model_copy(update={"withdraws": None, "confirms": None, "redacts": None})
    name = planter.mark("Draft.attachments.name")
    answer = Attachment(planter.mark("Draft.attachments.role"), f"{name}.pdf", "text/plain", b"%PDF-1.7")
    for recipient in ("jp-kobe", "jp-edo"):
        for number, kind in enumerate((Kind.HANDED_OVER, Kind.REPLIED)):
            shown = replace(photograph("#123456", f"{name}{recipient}{kind}"), role=EVIDENCE)
            yield Draft(
                campaign="2027",
                edition=1,
                recipient=recipient,
                recipient_name=planter.mark("Draft.recipient_name"),
                destination=planter.mark("Draft.destination"),
                channel="hand",
                attempt=1,
                kind=kind,
                happened_on=planter.mark_day("Draft.happened_on"),
                recorded_at=NOW,
                by=planter.mark("Draft.by"),
                details=details.model_copy(update={"public": kind is Kind.HANDED_OVER}),
                attachments=(answer, shown) if number else (shown,),
            )


@pytest.fixture
def planter() -> Planter:
    return Planter()


@pytest.fixture
def context(workspace: WorkspaceCopy, planter: Planter) -> LogContext:
    """A workspace whose records and log have something planted in every field."""
    campaign, recipient = make_campaign(planter), make_recipient(planter, "jp-kobe")
    log = MailingLog(workspace.folder / "mailing-log.sqlite")
    log.append(lambda _: tuple(make_drafts(planter)))
    return LogContext(workspace.folder, (recipient,), campaign, NOW, planter.mark("LogContext.by"))


def read_report(context: LogContext, *, is_public: bool, endings: Sequence[str] = ("html", "pdf")) -> str:
    """Everything that the page and the PDF say, also where it is not seen."""
    said = []
    for ending in endings:
        to = context.folder.parent / f"shown.{ending}"
        write_report(Terminal(), lambda _: context, ReportOptions(to=to, is_public=is_public), as_json=False)
        said.append(to.read_text("utf-8") if ending == "html" else read_pdf(to))
    return unescape("\n".join(said))


def read_pdf(path: Path) -> str:
    """The text of all pages, and everything that the file holds uncompressed: metadata, alternatives, bookmarks."""
    with PdfDocument(path) as pdf:
        text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf)
    content = path.read_bytes()
    streams = []
    for found in re.finditer(rb"stream\r?\n", content):
        try:
            streams.append(zlib.decompressobj().decompress(content[found.end() :]).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join((text, *streams))


def test_a_public_report_shows_the_named_fields_and_no_other(context: LogContext, planter: Planter) -> None:
    assert planter.find(read_report(context, is_public=True)) == PUBLIC


def test_our_own_report_shows_addresses_persons_and_notes_too(context: LogContext, planter: Planter) -> None:
    assert planter.find(read_report(context, is_public=False)) == PUBLIC | INTERNAL


def test_every_field_of_records_and_events_was_planted(context: LogContext, planter: Planter) -> None:
    assert context.recipients
    planted = {at.split(".")[1] for at in planter.planted.values() if at.startswith("Recipient.")}
    assert planted == set(Recipient.model_fields) - {"kind", "channels"}
    assert {at.split(".")[1] for at in planter.planted.values() if at.startswith("Details.")} == set(
        Details.model_fields
    ) - {"public"}
    told = {at.split(".")[1] for at in planter.planted.values() if at.startswith("Draft.")}
    fixed = {
        "campaign",
        "edition",
        "recipient",
        "channel",
        "attempt",
        "kind",
        "recorded_at",
        "home",
        "details",
        "erasure",
    }
    assert told == {field.name for field in fields(Draft)} - fixed


def test_neither_the_machine_nor_the_folder_of_the_log_is_shown(context: LogContext) -> None:
    home = MailingLog(context.folder / "mailing-log.sqlite").read()[0].home
    said = read_report(context, is_public=True)
    assert home
    assert not any(part and part in said for part in (home, str(context.folder)))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("http://www.fmprc.gov.cn/list and Ms. Li, 03-3403-3388", "fmprc.gov.cn"),
        ("by telephone, Ms. Li", ""),
        ("li@example.cn", ""),
    ],
)
def test_of_a_source_only_the_website_is_public(context: LogContext, source: str, shown: str) -> None:
    changed = context.recipients[0].model_copy(update={"source": source})
    said = read_report(replace(context, recipients=(changed,)), is_public=True, endings=("html",))
    assert "Ms. Li" not in said
    assert "li@example" not in said
    assert shown in said


def test_a_private_mission_is_counted_and_nothing_of_it_is_shown_but_the_country(
    context: LogContext, planter: Planter
) -> None:
    hidden = context.recipients[0].model_copy(update={"private": "they asked us"})
    other = hidden.model_copy(update={"id": "jp-edo", "private": "they asked us, too", "name": {}, "city": {}})
    said = read_report(replace(context, recipients=(hidden, other)), is_public=True)
    assert planter.find(said) == {one for one in PUBLIC if one.startswith("Campaign.")} | {"Draft.happened_on"}
    assert "they asked us" not in said
    assert "jp-kobe" not in said
    assert "data:image/jpeg" not in said
    assert "a mission that is not named" in said
    assert "Japan" in said
