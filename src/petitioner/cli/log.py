"""The commands of the mailing log."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Chosen, Files, Json, Number, command
from petitioner.cli.groups import make_group
from petitioner.cli.log_corrections import corrections_app

app = make_group()
log_app = make_group()
log_app.add_typer(corrections_app)  # without a name: its commands become commands of `log`
app.add_typer(log_app, name="log")


@command(log_app)
def log(call: Call, chosen: Chosen, json: Json = False) -> int:
    """Show and correct the mailing log.

    Without a command: what needs attention, then the state of every packet. Use log add to record what was done, and
    log withdraw to take a mistake back.

    For example:
        petitioner log
        petitioner log --only jp-osaka
        petitioner log add posted jp-osaka jp-tokyo
    """
    from petitioner.commands.log_overview import show_log

    return show_log(call.terminal, call.context(), call.select(chosen), as_json=json)


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
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="CHANNEL", help="The channel, if it could be more than one.")
]
Used = Annotated[
    list[Path] | None,
    typer.Option("--used", metavar="FILE", help="A file that was really sent, instead of the build's; name every one."),
]
Public = Annotated[bool, typer.Option("--public", help="Show the photographs in a report for the public, too.")]


@command(log_app, "add")
def log_add(
    call: Call,
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
    channel: Channel = None,
    file: Files = None,
    used: Used = None,
    public: Public = False,
    yes: Annotated[bool, typer.Option("--yes", help="The day is right although it is still to come.")] = False,
    by: By = None,
    json: Json = False,
) -> int:
    """Record what was done, or what came back.

    What was done: printed, posted, handed, faxed. What came back: returned, replied. Nothing that happened is refused;
    if it is unusual, it is recorded and reported. What came back for a letter of an earlier year needs --campaign. The
    approved files are kept with it, or else those of the last build.

    For example:
        petitioner log add posted jp-osaka jp-tokyo
        petitioner log add handed jp-tokyo --outcome accepted --met "the guard"
        petitioner log add replied jp-osaka --on 2027-10-04 --file reply.pdf
    """
    from petitioner.commands.draft_facts import find_sent_files
    from petitioner.commands.log_add import NamedFiles, add_events
    from petitioner.log.fact_input import FactInput

    fact_input = FactInput(
        fact, tuple(ids or ()), on, tracking, outcome, note, channel, mail_class, postage, met, by, yes=yes
    )
    context = call.context(by)
    given = NamedFiles(tuple(file or ()), tuple(used or ()), public=public)
    record = add_events
    if scan:
        from petitioner.commands.log_scan import scan_events as record
    return record(call.terminal, context, fact_input, find_built=find_sent_files(context), given=given, as_json=json)


@command(log_app, "withdraw")
def log_withdraw(
    call: Call,
    event: Number,
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why it does not count; asked for if left out.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Take back an entry that was a mistake.

    Both entries stay visible; the first one no longer counts.

    For example:
        petitioner log withdraw 12 --because "wrong recipient"
    """
    from petitioner.commands.log_corrections import withdraw_event

    return withdraw_event(call.terminal, call.context(by), event=event, because=because, as_json=json)


@command(log_app, "verify")
def log_verify(
    call: Call,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="Files to look up, such as a PDF from an archive.")
    ] = None,
    tip: Annotated[
        str | None,
        typer.Option("--tip", metavar="HASH", help="A tip that you noted or printed before, or its beginning."),
    ] = None,
    json: Json = False,
) -> int:
    """Check the log for damage and changes.

    Every hash is computed again. For each FILE, it shows which letter it is. If the end of the log was cut off, only a
    tip that was noted elsewhere can show it.

    For example:
        petitioner log verify
        petitioner log verify letter.pdf
        petitioner log verify --tip 3f6c2a91
    """
    from petitioner.commands.log_verify import verify_log

    return verify_log(call.terminal, call.folder, files=tuple(files or ()), tip=tip, as_json=json)


@command(log_app, "copy")
def log_copy(
    call: Call,
    to: Annotated[
        Path | None, typer.Argument(metavar="[TO]", help="A new file or a folder; the user's data folder if left out.")
    ] = None,
    json: Json = False,
) -> int:
    """Make a copy of the log.

    The copy is complete, also while other programs write to the log.

    For example:
        petitioner log copy
        petitioner log copy ~/backup
    """
    from petitioner.commands.log_restore import copy_by_hand

    return copy_by_hand(call.terminal, call.folder, to=to, as_json=json)


@command(log_app, "restore")
def log_restore(
    call: Call,
    copy: Annotated[Path, typer.Argument(metavar="COPY", help="A copy of the log, as `log copy` makes them.")],
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why you restore it, if events would be lost.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Replace the log by a copy.

    If events would be lost, it shows them and asks why; --because answers that at once. The log that was there before
    is kept.

    For example:
        petitioner log restore mailing-log-copy.db
    """
    from petitioner.commands.log_restore import restore_copy

    return restore_copy(call.terminal, call.context(by), copy=copy, because=because, as_json=json)


@command(log_app, "adopt")
def log_adopt(
    call: Call,
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why this log is used now; asked for if left out.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Use this log on this computer from now on.

    After a log was moved to another machine or folder, it cannot send until it is adopted. If a log is lost, what this
    machine remembers of it is entered into a new one.

    For example:
        petitioner log adopt
        petitioner log adopt --because "new computer"
    """
    from petitioner.commands.log_adopt import adopt_log

    return adopt_log(call.terminal, call.context(by), because=because, as_json=json)
