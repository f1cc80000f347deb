"""``petitioner print``: one PDF of all approved packets on paper, and its cover sheet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from petitioner.commands.load_and_check import Scope
from petitioner.commands.print_files import (
    COVER,
    LETTERS,
    NOTHING,
    choose_path,
    clear_prints,
    find_step_without_jobs,
    format_path,
    write_print,
)
from petitioner.commands.runs import PreparedRun, prepare_run, serialize_skipped, show_skipped, warn_of_withdrawn
from petitioner.delivery.plan import SkippedPacket
from petitioner.errors import ExitStatus
from petitioner.files import digest
from petitioner.log.events import find_tip
from petitioner.log.states.recipient_status import name_in_short
from petitioner.model.recipient import Campaign, Channel, Recipient
from petitioner.model.stationery import Envelope
from petitioner.model.types import choose_text
from petitioner.paper.document_names import name_document
from petitioner.paper.page_style import make_qr_code
from petitioner.paper.print_batch import PlacedPacket, PrintBatch, PrintItem, PrintRun, choose_batch, impose
from petitioner.paper.sheets import CoverRow, CoverSheet, compute_weight, render_cover
from petitioner.tables.postage import choose_class, find_postage, load_postage
from petitioner.tables.stationery import find_envelope
from petitioner.terminal import Terminal, format_count, format_ids

_MODULE = 0.4  # mm, one module of a QR code on the cover sheet: for a hand scanner
_UNWRITABLE = "Close the program that has it open, or check the permissions; then: petitioner print"


def _make_cover_sheet(prepared: PreparedRun, batch: PrintBatch, run: PrintRun) -> CoverSheet:
    """Return the content of the cover sheet of a run."""
    mailing = prepared.context.campaign
    numbered = enumerate(zip(batch.items, run.packets, strict=True), start=1)
    return CoverSheet(
        title=f"Print run, {choose_text(mailing.name)}, {mailing.day:%-d %B %Y}",
        made_on=prepared.context.today,
        by=prepared.context.by if prepared.context.is_named else "",
        duplex=run.duplex,
        rows=tuple(_make_cover_row(number, item, placed, prepared) for number, (item, placed) in numbered),
        left_out=tuple((_name_skipped(one, prepared), one.reason) for one in batch.skipped),
        tip=find_tip(prepared.events) or "",
        events=len(prepared.events),
    )


def _name_skipped(packet: SkippedPacket, prepared: PreparedRun) -> str:
    """Name a packet that is not in the run: ``Osaka consulate general, by post``."""
    found = (name_in_short(one) for one in prepared.context.recipients if one.id == packet.id)
    return ", ".join((next(found, packet.id), *([f"by {packet.channel}"] if packet.channel else [])))


def _make_cover_row(number: int, item: PrintItem, placed: PlacedPacket, prepared: PreparedRun) -> CoverRow:
    """Describe a packet as a row of the cover sheet."""
    mailing = prepared.context.campaign
    recipient = next(one for one in prepared.context.recipients if one.id == item.id)
    envelope = find_envelope(mailing.post.envelope)
    weight = compute_weight(placed.sheets, mailing.post.paper, envelope.grams)
    channel = item.packet.key.channel
    documents = (
        f"{name_document(one.name, item.packet, mailing)}, {format_count(one.pages, 'page')}"
        for one in placed.documents
    )
    return CoverRow(
        number=number,
        placed=placed,
        mission=name_in_short(recipient),
        channel=channel,
        documents=tuple(documents),
        code=make_qr_code(placed.reference, _MODULE),
        envelope=mailing.post.envelope,
        weight=weight,
        franking=_find_franking(recipient, mailing, envelope, weight, prepared.context.today)
        if channel == Channel.POST
        else (),
    )


def _find_franking(
    recipient: Recipient, mailing: Campaign, envelope: Envelope, weight: float, today: date
) -> tuple[str, ...]:
    """Return the class of mail and its price; nothing for an unknown post."""
    home = mailing.sender.country
    name = choose_class(home, mailing.post.mail_class, recipient.country)
    if name is None:
        return ()
    size = (envelope.width, envelope.height)
    price = find_postage(home, name, recipient.country, weight, size, today)
    return choose_text(load_postage()[home].classes[name].name), str(price) if price else "price not known"


@dataclass(frozen=True, slots=True)
class PrintRunOptions:
    """What was typed; ``again`` are ids whose packets are printed once more."""

    again: tuple[str, ...] = ()
    simplex: bool = False
    by: str | None = None


def write_print_run(terminal: Terminal, scope: Scope, options: PrintRunOptions, *, as_json: bool) -> int:
    """Write the run and its cover sheet; return 4 for doubts.

    Return 1 when packets wait and none could be printed, and when one is left out because it may have been sent before.
    Nothing is recorded, since a file is not paper yet. Raises WorkspaceError when the workspace has errors, and
    ``PetitionerError`` when no chosen recipient gets paper or the log cannot be read.
    """
    prepared = prepare_run(terminal, scope, options.by)
    batch = choose_batch(prepared.plan, prepared.statuses, options.again, prepared.log.read_blob)
    warn_of_withdrawn(terminal, prepared.context, prepared.events, (item.id for item in batch.items))
    clear_prints(scope.folder, prepared.context.campaign.folder, (LETTERS, COVER))
    title = f"Letters {prepared.context.campaign.id}: {choose_text(prepared.context.campaign.name)}"
    run = impose([item.bundle for item in batch.items], duplex=not options.simplex, title=title)
    cover = _make_cover_sheet(prepared, batch, run)
    files = _write_files(prepared, run, cover)
    if as_json:
        terminal.show_json(_serialize_run(files, batch, run, cover))
    else:
        _show_run(terminal, files, run, cover)
    for item, left in ((item, item.left.details) for item in batch.items if item.left):
        words = f"{item.id}: job {left.job} on '{left.account}' may still print what was approved before"
        terminal.say(f"{words}; cancel it: cancel {left.job}", style="yellow")
    show_skipped(terminal, batch.skipped)
    taken = [one for one in batch.skipped if one.is_taken]
    if taken:
        words = f"{format_count(len(taken), 'packet')} left out that may have been sent or printed before"
        terminal.say(f"{words}: {', '.join(dict.fromkeys(one.id for one in taken))}.", style="yellow")
    if batch.items:
        ids = format_ids(item.id for item in batch.items)
        terminal.say_next(f"petitioner log add printed {ids}", "after it is printed; then petitioner print envelopes")
    else:
        terminal.say_next(*find_step_without_jobs(batch))
    if any(one.in_doubt for one in batch.skipped):
        return ExitStatus.IN_DOUBT
    return ExitStatus(bool(taken) or (not batch.items and any(not one.is_done for one in batch.skipped)))


def _write_files(prepared: PreparedRun, run: PrintRun, cover: CoverSheet) -> Mapping[str, str]:
    """Write the run and its cover sheet, and return their paths; nothing for an empty run."""
    (mailing, theme), folder = prepared.checked.require(), prepared.context.folder
    if not run.packets:
        return {}
    paths = {name: choose_path(folder, mailing.folder, name) for name in (LETTERS, COVER)}
    # The cover first, since it may fail: no run is without one.
    write_print(paths[COVER], lambda: render_cover(cover, theme), _UNWRITABLE)
    write_print(paths[LETTERS], lambda: run.content, _UNWRITABLE)
    return {name: format_path(path, folder) for name, path in paths.items()}


def _show_run(terminal: Terminal, files: Mapping[str, str], run: PrintRun, cover: CoverSheet) -> None:
    columns = ("no.", "recipient", "by", "pages", "sheets", "weight")
    if not files:
        terminal.say(NOTHING)
        return
    rows = []
    for one in cover.rows:
        placed, weight = one.placed, f"{one.weight:.0f} g"
        pages = f"{placed.start}-{placed.end}"
        rows.append((str(one.number), placed.reference, one.channel, pages, str(placed.sheets), weight))
    terminal.show_table(columns, rows)
    sides = "on both sides" if run.duplex else "on one side"
    terminal.say(f"{format_count(len(rows), 'packet')}, {format_count(run.sheets, 'sheet')} {sides}: {files[LETTERS]}")
    terminal.say(f"The cover sheet, with boxes to tick: {files[COVER]}")


def _serialize_run(files: Mapping[str, str], batch: PrintBatch, run: PrintRun, cover: CoverSheet) -> dict[str, object]:
    """Return the page map for ``--json``."""
    return {
        "file": files.get(LETTERS),
        "cover": files.get(COVER),
        "sha256": digest(run.content) if batch.items else None,
        "pages": run.pages,
        "sheets": run.sheets,
        "duplex": run.duplex,
        "log": {"tip": cover.tip or None, "events": cover.events},
        "packets": [_serialize_packet(item, row) for item, row in zip(batch.items, cover.rows, strict=True)],
        "staying": serialize_skipped(batch.skipped),
    }


def _serialize_packet(item: PrintItem, row: CoverRow) -> dict[str, object]:
    placed = row.placed
    return {
        "recipient": item.id,
        "channel": item.packet.key.channel,
        "attempt": item.packet.key.attempt,
        "reference": placed.reference,
        "approval": item.packet.approval.event,
        "start": placed.start,
        "end": placed.end,
        "sheets": placed.sheets,
        "weight_g": round(row.weight, 1),
        "documents": [asdict(paper) for paper in placed.documents],
    }
