"""The commands of the mailing log."""

from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, run

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
        from petitioner.commands.log import show_log
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now)
        return show_log(call.terminal, desk, ids=tuple(only or ()), limit=limit, as_json=json)

    run(call, command)


@log_app.command("add")
def log_add(
    context: typer.Context,
    fact: Annotated[str, typer.Argument(metavar="FACT", help="posted, handed, faxed, returned or replied.")],
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The recipients it was done to.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    tracking: Annotated[
        str | None, typer.Option("--tracking", metavar="NUMBER", help="The tracking number of one packet.")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", metavar="OUTCOME", help="Of what was handed: accepted, letter-box or refused."),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Anything worth remembering.")] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="WAY", help="The way, where it does not go without saying.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Record what a person did: posted, handed, faxed; or what came back: returned, replied.

    Nothing that happened is refused; what is unusual is recorded too, and said. The files of the last build are kept
    with it.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log_add import add_events
        from petitioner.commands.secretary import open_shelf, set_up_desk
        from petitioner.mailing_log.slips import Slip

        slip = Slip(fact, tuple(ids), on=on, tracking=tracking, outcome=outcome, note=note, channel=channel)
        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return add_events(call.terminal, desk, slip, find_built=open_shelf(desk), as_json=json)

    run(call, command)


@log_app.command("withdraw")
def log_withdraw(
    context: typer.Context,
    event: Annotated[int, typer.Argument(metavar="EVENT", help="The number of the event, as `log` shows it.")],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it does not count.")],
    by: By = None,
    json: Json = False,
) -> None:
    """Take an event back that was a slip. Both stay visible; the first no longer counts."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log_withdraw import withdraw_event
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return withdraw_event(call.terminal, desk, event=event, because=because, as_json=json)

    run(call, command)
