"""The commands about e-mail."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, run, select

mail_app = typer.Typer()


@mail_app.command()
def send(
    context: typer.Context,
    only: Only = None,
    limit: Limit = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="Which of your accounts sends, if there are several."),
    ] = None,
    to_me: Annotated[bool, typer.Option("--to-me", help="Rehearse: send every message to yourself alone.")] = False,
    for_real: Annotated[bool, typer.Option("--for-real", help="Send. Without it you see what would be sent.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the number of messages.")] = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Put the messages among the drafts of the account; you send them.")
    ] = False,
    eml: Annotated[
        Path | None, typer.Option("--eml", metavar="DIR", help="Write the messages as files that open as drafts.")
    ] = None,
    docx: Annotated[bool, typer.Option("--docx", help="Attach the DOCX of each letter beside its PDF.")] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """E-mail what is approved, each packet at most once; without --for-real nothing leaves."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.inspection import Scope
        from petitioner.commands.mail.errand import Order
        from petitioner.commands.mail.outbox import Choices
        from petitioner.commands.mail.send import send_packets

        scope = Scope(call.folder, call.campaign, call.now, select(only, limit, None))
        choices = Choices(account, ("pdf", "docx") if docx else ("pdf",), by)
        order = Order(choices, for_real=for_real, to_me=to_me, yes=yes, drafts=drafts, eml=eml)
        return send_packets(call.terminal, scope, order, as_json=json)

    run(call, command)


@mail_app.command()
def inbox(
    context: typer.Context,
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
) -> None:
    """Read what came back, bounces and replies, and record it; nothing in the mailbox changes."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.mail.inbox import Errand, read_inbox
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return read_inbox(call.terminal, desk, Errand(folder, account, since), as_json=json)

    run(call, command)
