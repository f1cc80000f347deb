"""``petitioner recipients show``: who is written to, where each entry stands, and since when it was confirmed."""

from collections.abc import Sequence
from datetime import date

from petitioner.commands.recipients.address_book import find_recipients, list_doubts, place_of, show_card
from petitioner.errors import ExitStatus
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.states.standings import name_in_english, name_in_short
from petitioner.model.recipient import Recipient
from petitioner.terminal import Terminal

_COLUMNS = ("recipient", "name", "stands in", "confirmed", "head confirmed", "")


def show_recipients(terminal: Terminal, desk: Desk, ids: Sequence[str], *, as_json: bool) -> int:
    """Show everybody in a table, or the whole entries of those named: 0. Raises ``UsageError`` for unknown ids."""
    chosen = find_recipients(desk, ids)
    if as_json:
        terminal.show_json({"recipients": [_describe(desk, recipient) for recipient in chosen]})
    elif ids:
        for recipient in chosen:
            show_card(terminal, desk, recipient)
    else:
        terminal.show_table(_COLUMNS, [_tabulate(recipient) for recipient in chosen])
    doubtful = [recipient.id for recipient in chosen if list_doubts(desk, recipient)]
    if doubtful:
        count = "1 of them needs" if len(doubtful) == 1 else f"{len(doubtful)} of them need"
        terminal.say_next("petitioner recipients verify", f"{count} to be confirmed by a person")
    else:
        terminal.say_next("petitioner check", "after every change to recipients.yaml")
    return ExitStatus.DONE


def _tabulate(recipient: Recipient) -> tuple[str, ...]:
    head = recipient.head
    remarks = (
        f"closed since {recipient.closed}" if recipient.closed else "",
        f"skip: {recipient.skip}" if recipient.skip else "",
        f"hold: {recipient.hold}" if recipient.hold else "",
    )
    return (
        recipient.id,
        name_in_short(recipient),
        place_of(recipient),
        _spell(recipient.verified),
        _spell(head.confirmed) if head else "",
        "; ".join(remark for remark in remarks if remark),
    )


def _spell(day: date | None) -> str:
    return str(day or "never")


def _describe(desk: Desk, recipient: Recipient) -> dict[str, object]:
    told = recipient.model_dump(mode="json", exclude={"origin"})
    return {
        "id": recipient.id,
        "english_name": name_in_english(recipient),
        "place": place_of(recipient),
        "doubts": list(list_doubts(desk, recipient)),
        **told,
    }
