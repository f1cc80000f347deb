"""What the commands about recipients have in common: which are meant, and how one is shown."""

from collections.abc import Iterator, Sequence

from petitioner.approval.doubts import doubt_contact
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.states.standings import name_in_english
from petitioner.model.recipient import Recipient
from petitioner.selection import require_known
from petitioner.terminal import Terminal


def find_recipients(desk: Desk, ids: Sequence[str]) -> tuple[Recipient, ...]:
    """Those named, or everybody. Raises ``UsageError`` for an id that recipients.yaml does not have."""
    require_known("recipient", ids, [recipient.id for recipient in desk.recipients])
    return tuple(recipient for recipient in desk.recipients if not ids or recipient.id in ids)


def list_doubts(desk: Desk, recipient: Recipient) -> tuple[str, ...]:
    """What must be confirmed before letters go to a recipient; nothing for one that is not written to."""
    return doubt_contact(recipient, desk.campaign.date) if recipient.is_written_to else ()


def place_of(recipient: Recipient) -> str:
    """``recipients.yaml:26``, where an editor finds the entry."""
    return f"{recipient.origin.path}:{recipient.origin.line}"


def show_card(terminal: Terminal, desk: Desk, recipient: Recipient) -> None:
    """Show all that a person needs to confirm an entry by telephone."""
    terminal.show(f"{recipient.id}  {name_in_english(recipient)}", style="bold")
    for name, text in _list_fields(recipient):
        terminal.show(f"  {name:<10} {text}")
    for doubt in list_doubts(desk, recipient):
        terminal.show(f"  {doubt}", style="yellow")
    terminal.show()


def _list_fields(recipient: Recipient) -> Iterator[tuple[str, str]]:
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
        "hold": recipient.hold,
        "closed": str(recipient.closed or ""),
        "skip": recipient.skip,
        "stands in": place_of(recipient),
    }
    yield from ((name, text) for name, text in rest.items() if text)
