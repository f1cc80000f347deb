"""``petitioner print deliveries``: one page for each mission that gets its letter by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from petitioner.approval.packets import ApprovedPacket
from petitioner.checks.pages.pdf_reader import count_pages
from petitioner.commands.load_and_check import Scope
from petitioner.commands.print_files import DELIVERIES, choose_path, clear_prints, format_path, write_print
from petitioner.commands.runs import PAPER_CHANNELS, PreparedRun, prepare_run, show_skipped
from petitioner.delivery.plan import SkippedPacket
from petitioner.errors import PetitionerError
from petitioner.files import digest
from petitioner.log.events import find_tip
from petitioner.log.states.recipient_status import RecipientStatus
from petitioner.model.recipient import Channel
from petitioner.paper.document_names import name_document, name_language
from petitioner.paper.sheets import Delivery, group_by_city, render_deliveries
from petitioner.terminal import Terminal, format_count

_PDF = "application/pdf"


def print_deliveries(terminal: Terminal, scope: Scope, *, to: Path | None = None, as_json: bool = False) -> int:
    """Make a sheet for each letter that is handed over, or for each recipient that is named.

    Raises WorkspaceError when the workspace has errors, and ``PetitionerError`` when no delivery is left or the file
    cannot be written.
    """
    prepared = prepare_run(terminal, scope)
    clear_prints(scope.folder, prepared.context.campaign.folder, (DELIVERIES,))
    chosen = tuple(_choose_recipients(prepared, scope))
    named = {mission.id for mission in chosen}
    show_skipped(terminal, [one for one in _list_delivered_elsewhere(prepared) if one.id not in named])
    if not chosen:
        hint = "Give a mission the channel 'hand' in recipients.yaml, or name one that has another: --only ID."
        raise PetitionerError("No letter is left to hand over.", hint)
    deliveries = tuple(replace(_make_delivery(one, prepared), campaign=scope.campaign) for one in chosen)
    mailing, theme = prepared.checked.require()
    tip, path = find_tip(prepared.events), choose_path(scope.folder, mailing.folder, DELIVERIES, to)
    pdf = write_print(path, lambda: render_deliveries(deliveries, mailing, theme, tip))
    if as_json:
        terminal.show_json(_serialize_sheets(format_path(path, scope.folder), pdf, deliveries, tip))
    else:
        size = f"{format_count(count_pages(pdf), 'page')} for {format_count(len(chosen), 'mission')}"
        terminal.show(f"{format_path(path, scope.folder)}: {size}.")
    terminal.say_next(f"petitioner log add handed {chosen[0].id} --outcome OUTCOME --met TEXT", "after your visit")
    return 0


def _choose_recipients(prepared: PreparedRun, scope: Scope) -> Iterator[RecipientStatus]:
    """Return the recipients with an open delivery by hand, and all that are named, open or not.

    Those that another log has delivered are left out unless they are named.
    """
    delivered_elsewhere = {one.id for one in _list_delivered_elsewhere(prepared)}
    for status in (one for one in prepared.statuses if one.record and one.record.is_written_to):
        is_named = status.id in scope.selection.only
        if is_named or (Channel.HAND in status.open_channels and status.id not in delivered_elsewhere):
            yield status


def _list_delivered_elsewhere(prepared: PreparedRun) -> list[SkippedPacket]:
    return [one for one in prepared.plan.skipped if one.is_taken and one.channel == Channel.HAND]


def _make_delivery(status: RecipientStatus, prepared: PreparedRun) -> Delivery:
    record = status.record
    assert record  # noqa: S101 - nobody else was chosen
    own = (one.packet for one in prepared.plan.planned if one.packet.key.recipient == record.id)
    packets = {packet.key.channel: packet for packet in own}
    packet = next((packets[channel] for channel in reversed(PAPER_CHANNELS) if channel in packets), None)
    handed = (
        tuple(_list_approved_contents(packet, prepared)) if packet else tuple(_list_planned_contents(status, prepared))
    )
    return Delivery(record, prepared.context.campaign.make_reference(record.id), handed)


def _list_approved_contents(packet: ApprovedPacket, prepared: PreparedRun) -> Iterator[str]:
    """List the letters and enclosures that were approved, with their pages."""
    letters = (next((file for file in letter.files if file.media_type == _PDF), None) for letter in packet.letters)
    for file in (*filter(None, letters), *packet.enclosures):
        content = prepared.log.read_blob(file.sha256)
        name = name_document(file.name, packet, prepared.context.campaign)
        yield name + (f", {format_count(count_pages(content), 'page')}" if content else "")
    approval = packet.approval
    day = prepared.context.campaign.day_at(approval.at)
    yield f"as approved on {day:%-d %B %Y} (event {approval.event} of the mailing log)"


def _list_planned_contents(status: RecipientStatus, prepared: PreparedRun) -> Iterator[str]:
    """List the planned letters of a recipient if its packet is not approved or has left already."""
    languages = status.record.languages if status.record else ()
    yield f"letters in {', '.join(map(name_language, languages))}"
    enclosures = len(prepared.context.campaign.enclosures)
    if enclosures:
        yield format_count(enclosures, "enclosure")
    own = {one.channel: one for one in prepared.plan.skipped if one.id == status.id}
    skipped = next((own[channel] for channel in reversed(PAPER_CHANNELS) if channel in own), None)
    yield f"note: {skipped.reason}" if skipped else "note: not approved"


def _serialize_sheets(path: str, pdf: bytes, deliveries: Iterable[Delivery], tip: str | None) -> Mapping[str, object]:
    return {
        "file": path,
        "sha256": digest(pdf),
        "pages": count_pages(pdf),
        "tip": tip,
        "deliveries": [
            {"id": one.recipient.id, "reference": one.reference, "handed": list(one.handed)}
            for one in group_by_city(deliveries)
        ],
    }
