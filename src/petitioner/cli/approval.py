"""The commands that make ready: whom to write to, and what may go out."""

from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, command
from petitioner.cli.letters import app

recipients_app = typer.Typer(rich_markup_mode=None)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="These recipients; all when left out.")]


@command(app, "approve")
def approve(
    call: Call,
    only: Only = None,
    limit: Limit = None,
    yes: Annotated[bool, typer.Option("--yes", help="Say yes beforehand, and ask nothing.")] = False,
    unread: Annotated[
        list[str] | None,
        typer.Option("--unread", metavar="LANG", help="Take this language although no native reader has read it."),
    ] = None,
    unverified: Annotated[
        list[str] | None,
        typer.Option("--unverified", metavar="ID", help="Take this recipient's address and head unconfirmed; or all."),
    ] = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Read the letters, and approve them.

    Each letter is shown once, with what differs from one recipient to the next. What you approve is kept in the log
    with its files. After a change of content, the packets that it affects must be approved again. To take an approval
    back: log withdraw EVENT.

    For example:
        petitioner approve
        petitioner approve --only jp-osaka
        petitioner approve --unread ko
    """
    from petitioner.commands.approval.approve import Answers, approve_packets
    from petitioner.selection import Selection

    selection = Selection(tuple(only or ()), limit)
    answers = Answers(selection, yes, by, tuple(unread or ()), tuple(unverified or ()))
    return approve_packets(call.terminal, call.folder, call.campaign, call.now, answers, as_json=json)


@command(app, "read")
def read(
    call: Call,
    languages: Annotated[list[str], typer.Argument(metavar="LANG...", help="The languages of what was read.")],
    letter: Annotated[
        list[str] | None,
        typer.Option("--letter", metavar="NAME", help="Only this text, petition or email; give it again for more."),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="The native reader; asked for if left out.")
    ] = None,
    json: Json = False,
) -> int:
    """Record who has read a text, and when.

    It is written at the top of each file, and is valid until the text is changed. Every other line stays the same.

    For example:
        petitioner read ja --by "Hanako Sato"
        petitioner read en ja --letter petition --on 2027-08-20
    """
    from petitioner.commands.approval.read import Said, record_readings

    said = Said(tuple(languages), tuple(letter or ()), by, on)
    return record_readings(call.terminal, call.scope(), said, as_json=json)


@command(recipients_app)
def recipients(call: Call, json: Json = False) -> int:
    """Show the recipients, or confirm addresses.

    Without a command: a table of all recipients, and when each address was last confirmed.

    For example:
        petitioner recipients
        petitioner recipients show jp-osaka
        petitioner recipients verify
    """
    return _show(call, (), as_json=json)


@command(recipients_app, "show")
def recipients_show(call: Call, ids: Ids = None, json: Json = False) -> int:
    """Show all recipients, or one in full.

    With one or more ids, everything that recipients.yaml says about them is shown.

    For example:
        petitioner recipients show
        petitioner recipients show jp-osaka jp-tokyo
    """
    return _show(call, tuple(ids or ()), as_json=json)


@command(recipients_app, "verify")
def recipients_verify(
    call: Call,
    ids: Ids = None,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="A person confirmed those that are named; ask nothing.")
    ] = False,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="TEXT", help="Where it was confirmed; replaces the old source.")
    ] = None,
    head: Annotated[bool, typer.Option("--head", help="The head of the mission was confirmed too.")] = False,
    release_hold: Annotated[bool, typer.Option("--release-hold", help="Take the line hold: away.")] = False,
    json: Json = False,
) -> int:
    """Confirm addresses, one after the other.

    It shows each address that nobody confirmed in the twelve months before the date of the letters. Each answer is
    written to recipients.yaml at once. Every other line stays the same.

    For example:
        petitioner recipients verify
        petitioner recipients verify jp-osaka --confirmed --source "telephone call"
    """
    from petitioner.commands.recipients.verify import Found, verify_recipients

    found = Found(confirmed, on, source, head, release_hold)
    return verify_recipients(call.terminal, call.desk(), tuple(ids or ()), found, as_json=json)


def _show(call: Call, ids: tuple[str, ...], *, as_json: bool) -> int:
    from petitioner.commands.recipients.show import show_recipients

    return show_recipients(call.terminal, call.desk(), ids, as_json=as_json)
