"""The commands that correct the log, and those that read it."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Files, Json, Number, command
from petitioner.cli.groups import make_group

corrections_app = make_group()

Because = Annotated[str | None, typer.Option("--because", metavar="TEXT", help="Why; asked for if left out.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The recipient.")]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="CHANNEL", help="The channel, if it could be more than one.")
]


@command(corrections_app, "show")
def log_show(
    call: Call,
    recipient: Id,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show the type and hash of each file.")] = False,
    json: Json = False,
) -> int:
    """Show all about one recipient.

    It shows the entries of all years, the oldest first.

    For example:
        petitioner log show jp-osaka
        petitioner log show jp-osaka --verbose
    """
    from petitioner.commands.log_show import show_recipient

    return show_recipient(call.terminal, call.context(), recipient, verbose=verbose, as_json=json)


@command(corrections_app, "undo")
def log_undo(
    call: Call,
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why; a standard sentence when left out.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Withdraw without a question.")] = False,
    by: By = None,
    json: Json = False,
) -> int:
    """Take back what you recorded last.

    It withdraws the entries of your last command, after a question. All of them stay visible. What the program itself
    recorded, such as an accepted e-mail, cannot be taken back.

    For example:
        petitioner log undo
        petitioner log undo --because "the wrong day"
    """
    from petitioner.commands.log_corrections import undo_last_entries

    return undo_last_entries(call.terminal, call.context(by), because=because, yes=yes, as_json=json)


@command(corrections_app, "confirm")
def log_confirm(
    call: Call,
    event: Number,
    because: Because = None,
    file: Files = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Confirm that an unusual entry is correct.

    After that, log no longer asks for attention to it.

    For example:
        petitioner log confirm 12 --because "they asked for a second copy"
    """
    from petitioner.commands.log_corrections import confirm_event

    return confirm_event(
        call.terminal, call.context(by), event=event, because=because, files=tuple(file or ()), as_json=json
    )


@command(corrections_app, "reopen")
def log_reopen(
    call: Call,
    recipient: Id,
    because: Because = None,
    channel: Channel = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Try again after a failed delivery.

    It begins a new attempt for a packet that certainly did not arrive.

    For example:
        petitioner log reopen jp-osaka --because "the letter came back"
    """
    from petitioner.commands.log_corrections import reopen_packet

    return reopen_packet(call.terminal, call.context(by), id_=recipient, because=because, channel=channel, as_json=json)


@command(corrections_app, "settle")
def log_settle(
    call: Call,
    recipient: Id,
    because: Because = None,
    sent: Annotated[bool, typer.Option("--sent", help="It was sent.")] = False,
    not_sent: Annotated[bool, typer.Option("--not-sent", help="It was certainly not sent.")] = False,
    channel: Channel = None,
    file: Files = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Record if an unclear delivery was sent.

    Use it for packets of which nobody knows whether they were sent, and for those saved as drafts or as files.

    For example:
        petitioner log settle jp-osaka
        petitioner log settle jp-osaka --sent --because "they confirmed by telephone"
    """
    from petitioner.commands.log_corrections import SettleOptions, settle_packet

    options = SettleOptions(recipient, because, sent=sent, not_sent=not_sent, channel=channel, files=tuple(file or ()))
    return settle_packet(call.terminal, call.context(by), options, as_json=json)


@command(corrections_app, "redact")
def log_redact(
    call: Call,
    event: Number,
    because: Because = None,
    files: Annotated[bool, typer.Option("--files", help="Also erase the contents of its files.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without a question.")] = False,
    by: By = None,
    json: Json = False,
) -> int:
    """Erase note, tracking and flags of an entry.

    They are erased for good, and with them who was met, how it was posted, and the answer of the mail server. That the
    event happened can still be proved.

    For example:
        petitioner log redact 12
        petitioner log redact 12 --files
    """
    from petitioner.commands.log_corrections import RedactOptions, redact_event

    return redact_event(
        call.terminal, call.context(by), RedactOptions(event, because, files=files, yes=yes), as_json=json
    )


@command(corrections_app, "evidence")
def log_evidence(
    call: Call,
    about: Annotated[str, typer.Argument(metavar="ID|EVENT", help="A recipient, or the number of one event.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The folder; out/evidence/ID when left out.")
    ] = None,
    json: Json = False,
) -> int:
    """Save the files kept in the log to a folder.

    These are letters, photographs, receipts and replies.

    For example:
        petitioner log evidence jp-osaka
        petitioner log evidence 12 --to evidence
    """
    from petitioner.commands.log_export import write_evidence

    return write_evidence(call.terminal, call.context(), about, to, as_json=json)


@command(corrections_app, "export")
def log_export(
    call: Call,
    form: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="csv, json or xlsx; else by the file's name.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="The file; standard output when left out.")
    ] = None,
) -> int:
    """Export the log as CSV, JSON or XLSX.

    It exports the events of all years, or of the one that --campaign names.

    For example:
        petitioner log export --to log.xlsx
        petitioner log export --format csv
    """
    from petitioner.commands.log_export import export_log_file

    return export_log_file(call.terminal, call.folder, campaign=call.campaign, form=form, to=to)
