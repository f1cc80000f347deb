"""The commands about e-mail."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Chosen, Json, command
from petitioner.cli.groups import make_group

app = make_group()


@command(app, "send")
def send(
    call: Call,
    chosen: Chosen,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="Send from this account."),
    ] = None,
    to_me: Annotated[bool, typer.Option("--to-me", help="Rehearse: send every message only to yourself.")] = False,
    for_real: Annotated[bool, typer.Option("--for-real", help="Send to the missions.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Skip the safety question (you would type the number of messages).")
    ] = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Save as drafts in your mail account; then send them yourself.")
    ] = False,
    eml: Annotated[
        Path | None,
        typer.Option(
            "--eml", metavar="DIR", help="Write files (.eml) that your mail program opens as unsent messages."
        ),
    ] = None,
    docx: Annotated[bool, typer.Option("--docx", help="Attach the DOCX of each letter too.")] = False,
    by: By = None,
    json: Json = False,
) -> int:
    """Send the approved letters by e-mail.

    Without --for-real, --to-me, --drafts or --eml, it only shows what would be sent. Choose one of the four. With
    --to-me, every message goes to yourself, as a test. With --for-real, each packet is sent at most once.

    For example:
        petitioner send
        petitioner send --to-me
        petitioner send --for-real --limit 5
    """
    from petitioner.commands.prepare_send import MessageOptions
    from petitioner.commands.send import send_packets
    from petitioner.commands.send_output import SendOptions

    messages = MessageOptions(account, ("pdf", "docx") if docx else ("pdf",), by)
    options = SendOptions(messages, for_real=for_real, to_me=to_me, yes=yes, drafts=drafts, eml=eml)
    return send_packets(call.terminal, call.scope(chosen), options, as_json=json)


@command(app, "inbox")
def inbox(
    call: Call,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Saved e-mails (.eml, or an mbox) instead of the account's folders."),
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="Read the folders of this account.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Start at this day, not at the first sending.")
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
