"""The commands that mend the log, and those that read it."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Files, Json, Number, run

slips_app = typer.Typer(rich_markup_mode=None)

Because = Annotated[str | None, typer.Option("--because", metavar="TEXT", help="Why; asked for if left out.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The recipient.")]
Way = Annotated[
    str | None, typer.Option("--channel", metavar="WAY", help="The way, where more than one could be meant.")
]


@slips_app.command("show")
def log_show(
    context: typer.Context,
    recipient: Id,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show the type and hash of each file.")] = False,
    json: Json = False,
) -> None:
    """Show everything about one recipient, over all years."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.show import show_recipient
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now)
        return show_recipient(call.terminal, desk, recipient, verbose=verbose, as_json=json)

    run(call, command)


@slips_app.command("confirm")
def log_confirm(
    context: typer.Context,
    event: Number,
    because: Because = None,
    file: Files = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Say that an unusual event is true as it stands; `log` no longer asks for attention to it."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.corrections import confirm_event
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return confirm_event(call.terminal, desk, event=event, because=because, files=tuple(file or ()), as_json=json)

    run(call, command)


@slips_app.command("reopen")
def log_reopen(
    context: typer.Context,
    recipient: Id,
    because: Because = None,
    channel: Way = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Begin a new attempt for a packet that certainly did not arrive."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.corrections import reopen_packet
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return reopen_packet(call.terminal, desk, id_=recipient, because=because, channel=channel, as_json=json)

    run(call, command)


@slips_app.command("settle")
def log_settle(
    context: typer.Context,
    recipient: Id,
    because: Because = None,
    sent: Annotated[bool, typer.Option("--sent", help="It was sent.")] = False,
    not_sent: Annotated[bool, typer.Option("--not-sent", help="It was certainly not sent.")] = False,
    channel: Way = None,
    file: Files = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Say how a packet ended that is in doubt, drafted or exported."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.corrections import Verdict, settle_packet
        from petitioner.commands.secretary import set_up_desk

        verdict = Verdict(recipient, because, sent=sent, not_sent=not_sent, channel=channel, files=tuple(file or ()))
        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return settle_packet(call.terminal, desk, verdict, as_json=json)

    run(call, command)


@slips_app.command("redact")
def log_redact(
    context: typer.Context,
    event: Number,
    because: Because = None,
    files: Annotated[bool, typer.Option("--files", help="The bytes of its files, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without a question.")] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Erase the words of an event for good: note, tracking number, flags. That it happened can still be proved."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.corrections import Erasing, redact_event
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return redact_event(call.terminal, desk, Erasing(event, because, files=files, yes=yes), as_json=json)

    run(call, command)


@slips_app.command("evidence")
def log_evidence(
    context: typer.Context,
    about: Annotated[str, typer.Argument(metavar="ID|EVENT", help="A recipient, or the number of one event.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The folder; out/evidence/ID when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Write out the files that the log keeps: letters, photographs, receipts, replies."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.evidence import write_evidence
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now)
        return write_evidence(call.terminal, desk, about, to, as_json=json)

    run(call, command)


@slips_app.command("export")
def log_export(
    context: typer.Context,
    form: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="csv, json or xlsx; else by the file's name.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="The file; standard output when left out.")
    ] = None,
) -> None:
    """Export the events of all years, or of the one that --campaign names."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log.export import export_log_file

        return export_log_file(call.terminal, call.folder, campaign=call.campaign, form=form, to=to)

    run(call, command)
