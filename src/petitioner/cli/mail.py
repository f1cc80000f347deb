"""The commands about e-mail."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, command

mail_app = typer.Typer(rich_markup_mode=None)


@command(mail_app, "send")
def send(
    call: Call,
    only: Only = None,
    limit: Limit = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="Which of your accounts sends, if there are several."),
    ] = None,
    to_me: Annotated[bool, typer.Option("--to-me", help="Rehearse: send every message only to yourself.")] = False,
    for_real: Annotated[bool, typer.Option("--for-real", help="Send. Without it you see what would be sent.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the number of messages.")] = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Put the messages among the drafts of the account; you send them.")
    ] = False,
    eml: Annotated[
        Path | None, typer.Option("--eml", metavar="DIR", help="Write the messages as files that open as drafts.")
    ] = None,
    docx: Annotated[bool, typer.Option("--docx", help="Attach the DOCX of each letter too.")] = False,
    by: By = None,
    json: Json = False,
) -> int:
    """Send the approved letters by e-mail.

    Without --for-real nothing is sent: you see what would be sent. Each packet is sent at most once.

    For example:
        petitioner send
        petitioner send --to-me --for-real
        petitioner send --for-real --limit 5
    """
    from petitioner.commands.prepare_send import MessageOptions
    from petitioner.commands.send import send_packets
    from petitioner.commands.send_output import SendOptions

    messages = MessageOptions(account, ("pdf", "docx") if docx else ("pdf",), by)
    options = SendOptions(messages, for_real=for_real, to_me=to_me, yes=yes, drafts=drafts, eml=eml)
    return send_packets(call.terminal, call.scope(only, limit), options, as_json=json)


@command(mail_app, "inbox")
def inbox(
    call: Call,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Saved e-mails (.eml, or an mbox) instead of the account's folders."),
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="Whose folders, if you have several accounts.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="From this day on, not from the first sending on.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Record bounces and replies.

    It reads the e-mail that came back, and writes what it finds to the log. Nothing in the mailbox changes.

    For example:
        petitioner inbox
        petitioner inbox --since 2027-09-01
        petitioner inbox ~/saved-mails
    """
    from petitioner.commands.inbox import InboxOptions, read_inbox

    return read_inbox(call.terminal, call.context(by), InboxOptions(folder, account, since), as_json=json)
