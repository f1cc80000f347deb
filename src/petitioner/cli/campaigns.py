"""The commands that begin something: a workspace, the next campaign, a second letter."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import Call, Chosen, Json, command
from petitioner.cli.groups import make_group

app = make_group()


@command(app, "init")
def init(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", metavar="LANG", help="A language of the letters; repeat the option for several."),
    ] = None,
    json: Json = False,
) -> int:
    """Make a small workspace to begin with.

    It has two missions, a campaign, and a letter in each language: ja and en, or those that you name. Everything in it
    is an example that explains itself. No file that is there is changed.

    For example:
        petitioner init petitions
        petitioner init petitions --lang fr --lang en
    """
    from petitioner.commands.init import init_workspace

    return init_workspace(call.terminal, call.directory / folder, tuple(lang or ()), call.now, as_json=json)


@command(app, "rollover")
def rollover(
    call: Call,
    year: Annotated[str, typer.Argument(metavar="YEAR", help="The year of the new campaign.")],
    json: Json = False,
) -> int:
    """Begin the next campaign as a copy of the last.

    Letters and settings are carried over; readings and accepted warnings are not. The day is suggested. It shows what
    became of last year's letters, whom to telephone, and which texts are out of date. With --campaign, another year is
    carried over.

    For example:
        petitioner rollover 2028
        petitioner rollover 2028 --campaign 2026
    """
    from petitioner.commands.rollover import roll_over

    return roll_over(call.terminal, call.folder, call.campaign, year, call.now, as_json=json)


@command(app, "followup")
def followup(call: Call, chosen: Chosen, json: Json = False) -> int:
    """Begin a second letter to those who did not answer.

    It makes the next edition of the campaign, such as letters/2027-2, for the recipients that did not answer, whose
    letter came back, or that were missed. The letters begin as copies and can print what was sent before. The first
    edition stays as it is.

    For example:
        petitioner followup
        petitioner followup --country JP --state bounced
    """
    from petitioner.commands.followup import follow_up

    return follow_up(call.terminal, call.folder, call.campaign, call.select(chosen), call.now, as_json=json)
