"""``petitioner recipients show``: list recipients, where each entry is, and when it was confirmed."""

from collections.abc import Iterator
from datetime import date

from petitioner.approval.review import list_unconfirmed
from petitioner.errors import ExitStatus
from petitioner.inputs.selection import Selection, require_known_values
from petitioner.log.context import LogContext
from petitioner.log.states.recipient_status import name_in_english, name_in_short
from petitioner.model.recipient import FOUND, Recipient
from petitioner.terminal import Terminal

_COLUMNS = ("recipient", "name", "line", "confirmed", "head confirmed", "")


def find_recipients(context: LogContext, selection: Selection) -> tuple[Recipient, ...]:
    """Return the chosen recipients, also those without letters. Raises ``UsageError`` for an unknown choice."""
    require_known_values(selection, context.recipients)
    found = (recipient for recipient in context.recipients if selection.includes(recipient))
    return tuple(found)[: selection.limit]


def list_doubts(context: LogContext, recipient: Recipient) -> tuple[str, ...]:
    """Return what must be confirmed before letters go to a recipient; nothing for one that gets none."""
    return list_unconfirmed(recipient, context.campaign.date) if recipient.is_written_to else ()


def format_place(recipient: Recipient) -> str:
    """Return ``recipients.yaml:26``, the line of the entry."""
    return f"{recipient.origin.path}:{recipient.origin.line}"


def show_entry(terminal: Terminal, context: LogContext, recipient: Recipient) -> None:
    """Show all that a person needs to confirm an entry by telephone."""
    terminal.show(f"{recipient.id}  {name_in_english(recipient)}", style="bold")
    for name, text in list_fields(recipient):
        terminal.show(f"  {name:<10} {text}")
    for doubt in list_doubts(context, recipient):
        terminal.show(f"  {doubt}", style="yellow")
    terminal.show()


def list_fields(recipient: Recipient) -> Iterator[tuple[str, str]]:
    """List the fields of an entry that are filled in, in words."""
    for tag, name in recipient.name.items():
        yield f"name {tag}", name
    for tag, lines in recipient.address.lines.items():
        yield f"in {tag}", " / ".join(lines)
    if recipient.head:
        confirmed = recipient.head.confirmed
        names = " / ".join(recipient.head.name.values())
        yield "head", f"{names} ({f'confirmed {confirmed}' if confirmed else 'never confirmed'})"
    rest = {
        "telephone": recipient.telephone,
        "fax": recipient.fax,
        "e-mail": ", ".join(recipient.email),
        "website": recipient.website,
        "map": recipient.visit.map,
        "ask for": recipient.visit.ask_for,
        "hours": recipient.visit.hours,
        "remark": recipient.visit.remark,
        "source": f"{recipient.source or 'none given'}" + (f" (as of {recipient.as_of})" if recipient.as_of else ""),
        "confirmed": str(recipient.verified or "never"),
        "group": recipient.group,
        "coordinator": recipient.coordinator,
        "hold": recipient.hold,
        "closed": str(recipient.closed or ""),
        "skip": recipient.reason_to_skip,
        "line": format_place(recipient),
    }
    yield from ((name, text) for name, text in rest.items() if text)


def show_recipients(terminal: Terminal, context: LogContext, selection: Selection, *, as_json: bool) -> int:
    """Show recipients in a table, or the named ones in full. Raises ``UsageError`` for an unknown choice."""
    chosen = find_recipients(context, selection)
    if as_json:
        terminal.show_json({"recipients": [_serialize_recipient(context, recipient) for recipient in chosen]})
    elif selection.only:
        for recipient in chosen:
            show_entry(terminal, context, recipient)
    else:
        terminal.show_table(_COLUMNS, [_make_row(recipient) for recipient in chosen])
    doubtful = [recipient.id for recipient in chosen if list_doubts(context, recipient)]
    if doubtful:
        count = "1 of them needs" if len(doubtful) == 1 else f"{len(doubtful)} of them need"
        terminal.say_next("petitioner recipients verify", f"{count} to be confirmed by a person")
    else:
        terminal.say_next("petitioner check", "after every change to recipients.yaml")
    return ExitStatus.DONE


def _make_row(recipient: Recipient) -> tuple[str, ...]:
    head = recipient.head
    remarks = (
        f"closed since {recipient.closed}" if recipient.closed else "",
        f"skip: {recipient.reason_to_skip}" if recipient.reason_to_skip else "",
        f"hold: {recipient.hold}" if recipient.hold else "",
    )
    return (
        recipient.id,
        name_in_short(recipient),
        format_place(recipient),
        _format_day(recipient.verified),
        _format_day(head.confirmed) if head else "",
        "; ".join(remark for remark in remarks if remark),
    )


def _format_day(day: date | None) -> str:
    return str(day or "never")


def _serialize_recipient(context: LogContext, recipient: Recipient) -> dict[str, object]:
    fields = recipient.model_dump(mode="json", exclude=set(FOUND))
    return {
        "id": recipient.id,
        "english_name": name_in_english(recipient),
        "place": format_place(recipient),
        "doubts": list(list_doubts(context, recipient)),
        **fields,
    }
