"""A small workspace for the tests of the mailing log: three missions, one campaign, and a terminal that remembers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from io import StringIO
from pathlib import Path

from rich.console import Console

from petitioner.commands.log_add import NamedFiles, add_events
from petitioner.commands.log_corrections import (
    RedactOptions,
    SettleOptions,
    confirm_event,
    redact_event,
    reopen_packet,
    settle_packet,
    undo_last_entries,
    withdraw_event,
)
from petitioner.commands.log_export import write_evidence
from petitioner.commands.log_overview import show_log
from petitioner.commands.log_show import show_recipient
from petitioner.commands.log_verify import verify_log
from petitioner.inputs.selection import Selection
from petitioner.log.context import LogContext
from petitioner.log.events import BuiltFile, Details, Draft, Entry, Event
from petitioner.log.fact_input import FactInput
from petitioner.log.kinds import Kind
from petitioner.log.states.event_text import RecipientHistory
from petitioner.log.storage.store import MailingLog
from petitioner.model.recipient import Address, Addressee, Campaign, Channel, MissionKind, Recipient, Sender
from petitioner.model.types import Origin
from petitioner.terminal import Terminal

SEPTEMBER_12 = datetime(2027, 9, 12, 3, 4, 5, tzinfo=UTC)

CAMPAIGN = Campaign(
    id="2027",
    origin=Origin(path="letters/2027/campaign.yaml", line=1),
    name={"en": "Save North Korean Refugees Day"},
    day=date(2027, 9, 24),
    date=date(2027, 9, 1),
    time_zone="Asia/Tokyo",
    reference="LFNKR",
    addressee=Addressee(name={"en": "A"}, title={"en": "President"}, in_office_since="2013"),
    sender=Sender(name={"en": "S"}, short_name="S", country="JP", address=Address(lines={"en": ("Tokyo",)})),
    signatories=(),
)


def mission(
    city: str,
    channels: tuple[Channel, ...] = (Channel.POST,),
    *,
    skip: str | None = None,
    closed: date | None = None,
) -> Recipient:
    """A consulate-general in Japan that is written to in Chinese and English."""
    return Recipient(
        id=f"jp-{city.lower()}",
        origin=Origin(path="recipients.yaml", line=1),
        kind=MissionKind.CONSULATE_GENERAL,
        country="JP",
        city={"en": city},
        name={"en": f"Consulate-General in {city}", "zh-Hans": f"驻{city}总领事馆"},
        address=Address(lines={"ja": ("〒550-0004", "靱本町3-9-2") if city == "Osaka" else (f"{city} 1-2-3",)}),
        languages=("zh-Hans", "en"),
        channels=channels,
        email=(f"{city.lower()}@example.cn",),
        fax="03-1",
        skip=skip,
        closed=closed,
    )


OSAKA, TOKYO, FUKUOKA = mission("Osaka"), mission("Tokyo"), mission("Fukuoka")


def draft(
    kind: Kind = Kind.POSTED,
    recipient: str = "jp-osaka",
    *,
    channel: str = "post",
    on: date = date(2027, 9, 10),
    details: Details | None = None,
) -> Draft:
    """An entry as the commands make it."""
    return Draft(
        campaign="2027",
        edition=1,
        recipient=recipient,
        recipient_name="驻大阪总领事馆",
        destination="靱本町3-9-2",
        channel=channel,
        attempt=1,
        kind=kind,
        happened_on=on,
        recorded_at=SEPTEMBER_12,
        by="Hanako",
        details=details or Details(),
    )


def chain_of(*drafts: Draft) -> tuple[Event, ...]:
    """Events as the log would number them; the states need no true hashes."""
    columns = ({name: getattr(one, name) for name in Entry.__dataclass_fields__} for one in drafts)
    return tuple(
        Event(**one, id=number, documents=(), previous_hash="", hash="") for number, one in enumerate(columns, start=1)
    )


@dataclass
class LogWorkspace:
    """A workspace, and everything that the commands said in it."""

    folder: Path
    recipients: tuple[Recipient, ...] = (OSAKA, TOKYO, FUKUOKA)
    campaign: Campaign = CAMPAIGN
    now: datetime = SEPTEMBER_12
    by: str = "Hanako"
    built: dict[str, tuple[BuiltFile, ...]] = field(default_factory=dict)
    as_json: bool = False
    out: str = ""
    err: str = ""

    @property
    def log(self) -> MailingLog:
        return MailingLog.within(self.folder)

    def show(self, *ids: str, limit: int | None = None) -> int:
        return self._call(partial(show_log, selection=Selection(ids, limit), as_json=self.as_json))

    def add(
        self,
        fact: str,
        *ids: str,
        files: tuple[Path, ...] = (),
        used: tuple[Path, ...] = (),
        yes: bool = False,
        **typed: str,
    ) -> int:
        def find_built(history: RecipientHistory) -> tuple[BuiltFile, ...]:
            return self.built.get(history.id, ())

        fact_input, given = FactInput(fact, ids, yes=yes, **typed), NamedFiles(files, used)
        return self._call(
            partial(add_events, fact_input=fact_input, find_built=find_built, given=given, as_json=self.as_json)
        )

    def append(self, *kinds: Kind, recipient: str = "jp-osaka", channel: str = "email", attempt: int = 1) -> None:
        """Append events as the sending part of the program does."""
        self.log.append(
            lambda _: [
                replace(draft(kind, recipient, channel=channel, on=self.now.date()), attempt=attempt) for kind in kinds
            ]
        )

    def reopen(self, id_: str, because: str = "new address", channel: str | None = None) -> int:
        return self._call(partial(reopen_packet, id_=id_, because=because, channel=channel, as_json=self.as_json))

    def settle(self, id_: str, *, sent: bool = False, not_sent: bool = False, files: tuple[Path, ...] = ()) -> int:
        options = SettleOptions(id_, "looked into Sent", sent=sent, not_sent=not_sent, files=files)
        return self._call(partial(settle_packet, options=options, as_json=self.as_json))

    def redact(self, event: int, because: str = "private", *, files: bool = False) -> int:
        requested = RedactOptions(event, because, files=files, yes=True)
        return self._call(partial(redact_event, requested=requested, as_json=self.as_json))

    def confirm(self, event: int, because: str = "it was so", files: tuple[Path, ...] = ()) -> int:
        return self._call(partial(confirm_event, event=event, because=because, files=files, as_json=self.as_json))

    def show_one(self, id_: str, *, verbose: bool = False) -> int:
        return self._call(partial(show_recipient, id_=id_, verbose=verbose, as_json=self.as_json))

    def write_evidence(self, about: str, to: Path | None = None) -> int:
        return self._call(partial(write_evidence, about=about, to=to, as_json=self.as_json))

    def verify(self, *files: Path) -> int:
        return self._call(
            lambda terminal, context: verify_log(terminal, context.folder, files=files, as_json=self.as_json)
        )

    def withdraw(self, event: int, because: str = "typed twice") -> int:
        return self._call(partial(withdraw_event, event=event, because=because, as_json=self.as_json))

    def undo(self, because: str | None = None, *, yes: bool = True) -> int:
        return self._call(partial(undo_last_entries, because=because, yes=yes, as_json=self.as_json))

    def build(self, recipient: str, name: str = "petition.ja.pdf", content: bytes = b"%PDF-1.7") -> Path:
        """Make a file as a build would have done."""
        path = self.folder / "out" / recipient / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made = BuiltFile(path, sha256(content).hexdigest(), "application/pdf")
        self.built[recipient] = (*self.built.get(recipient, ()), made)
        return path

    def _call(self, command: Callable[[Terminal, LogContext], int]) -> int:
        out, err = (Console(file=StringIO(), width=200, highlight=False, soft_wrap=True) for _ in range(2))
        context = LogContext(self.folder, self.recipients, self.campaign, self.now, self.by)
        try:
            return command(Terminal(out=out, err=err), context)
        finally:
            self.out, self.err = (console.file.getvalue() for console in (out, err))  # type: ignore[attr-defined]  # our own StringIO
