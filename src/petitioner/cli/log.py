"""The commands of the mailing log."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Files, Json, Limit, Number, Only, run

log_app = typer.Typer(rich_markup_mode=None, invoke_without_command=True)


@log_app.callback(invoke_without_command=True)
def log(context: typer.Context, only: Only = None, limit: Limit = None, json: Json = False) -> None:
    """Show the mailing log: what needs attention, then where every packet stands.

    What was done goes in by `log add`; a slip is taken back by `log withdraw`.
    """
    call: Call = context.obj
    if context.invoked_subcommand is not None:
        return

    def command() -> int:
        from petitioner.commands.log.overview import show_log
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now)
        return show_log(call.terminal, desk, ids=tuple(only or ()), limit=limit, as_json=json)

    run(call, command)


Scan = Annotated[
    bool, typer.Option("--scan", help="Read references, and tracking numbers after them, from a hand scanner.")
]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")]
MailClass = Annotated[
    str | None, typer.Option("--class", metavar="CLASS", help="How it was posted: ordinary, registered … or other.")
]
Postage = Annotated[
    str | None, typer.Option("--postage", metavar="AMOUNT", help="What each packet cost: 460 or '460 JPY'.")
]
Tracking = Annotated[
    str | None, typer.Option("--tracking", metavar="NUMBER", help="The tracking number of one packet.")
]
Outcome = Annotated[
    str | None,
    typer.Option("--outcome", metavar="OUTCOME", help="Of what was handed: accepted, letter-box or refused."),
]
Met = Annotated[str | None, typer.Option("--met", metavar="TEXT", help="Who took what was handed, or refused it.")]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Anything worth remembering.")]
Way = Annotated[
    str | None, typer.Option("--channel", metavar="WAY", help="The way, where it does not go without saying.")
]
Used = Annotated[
    list[Path] | None,
    typer.Option("--used", metavar="FILE", help="What was really sent, instead of the build's; name all of it."),
]


@log_app.command("add")
def log_add(
    context: typer.Context,
    fact: Annotated[str, typer.Argument(metavar="FACT", help="printed, posted, handed, faxed, returned or replied.")],
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="The recipients it was done to; or --scan.")
    ] = None,
    on: On = None,
    scan: Scan = False,
    mail_class: MailClass = None,
    postage: Postage = None,
    tracking: Tracking = None,
    met: Met = None,
    outcome: Outcome = None,
    note: Note = None,
    channel: Way = None,
    file: Files = None,
    used: Used = None,
    yes: Annotated[bool, typer.Option("--yes", help="The day is right although it is still to come.")] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Record what a person did: printed, posted, handed, faxed; or what came back: returned, replied.

    Nothing that happened is refused; what is unusual is recorded too, and said. The files that were approved,
    else those of the last build, are kept with it.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.add import add_events
        from petitioner.commands.log.archive import open_archive
        from petitioner.commands.log.recording import Given
        from petitioner.commands.log.scan import scan_events
        from petitioner.commands.secretary import set_up_desk
        from petitioner.mailing_log.entries.slips import Slip

        done = Slip(fact, tuple(ids or ()), on=on, tracking=tracking, outcome=outcome, note=note, channel=channel)
        slip = replace(done, mail_class=mail_class, postage=postage, met=met, yes=yes)
        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        given = Given(tuple(file or ()), tuple(used or ()))
        record = scan_events if scan else add_events
        return record(call.terminal, desk, slip, find_built=open_archive(desk), given=given, as_json=json)

    run(call, command)


@log_app.command("withdraw")
def log_withdraw(
    context: typer.Context,
    event: Number,
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why it does not count; asked for if left out.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Take an event back that was a slip. Both stay visible; the first no longer counts."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.corrections import withdraw_event
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return withdraw_event(call.terminal, desk, event=event, because=because, as_json=json)

    run(call, command)


@log_app.command("verify")
def log_verify(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="Files to look up, such as a PDF from an archive.")
    ] = None,
    tip: Annotated[
        str | None,
        typer.Option("--tip", metavar="HASH", help="A tip that was noted or printed once, or its beginning."),
    ] = None,
    json: Json = False,
) -> None:
    """Compute every hash of the log again, and tell what is wrong; of each FILE, tell which letter it is.

    A log that was cut short is whole by itself, and shows only by a tip that was noted somewhere else.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.verify import verify_log

        return verify_log(call.terminal, call.folder, files=tuple(files or ()), tip=tip, as_json=json)

    run(call, command)


@log_app.command("copy")
def log_copy(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Argument(metavar="[TO]", help="A new file or a folder; the user's data folder if left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a whole copy of the log, also while others write to it."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.copy import copy_by_hand

        return copy_by_hand(call.terminal, call.folder, to=to, as_json=json)

    run(call, command)


@log_app.command("restore")
def log_restore(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(metavar="COPY", help="A copy of the log, as `log copy` makes them.")],
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why, where events are lost by it.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Put a copy in the log's place. What that loses is told first; the log that was there is kept."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.restore import restore_copy
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return restore_copy(call.terminal, desk, copy=copy, because=because, as_json=json)

    run(call, command)


@log_app.command("adopt")
def log_adopt(
    context: typer.Context,
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why it lives here now; asked for if left out.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Use this log from now on, on this machine and in this folder; until then it cannot send.

    Where a log is lost, what this machine remembers of it is entered; without a log, a new one begins so.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.adopt import adopt_log
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return adopt_log(call.terminal, desk, because=because, as_json=json)

    run(call, command)
