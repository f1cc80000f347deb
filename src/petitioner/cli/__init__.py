"""The command line: options, exit status, and the one place where every error ends.

Commands are imported inside the functions that run them, so that ``--help`` and ``log`` load no typesetter.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import typer

from petitioner.cli.call import INTERRUPTED
from petitioner.cli.letters import app, recipients_app
from petitioner.cli.log import log_app
from petitioner.cli.log_corrections import corrections_app
from petitioner.cli.mail import mail_app
from petitioner.cli.paper import print_app, print_parts_app
from petitioner.streams import choose_exit_status, standard_streams

__all__ = ["app", "main"]

log_app.add_typer(corrections_app)  # without a name of its own: its commands become commands of the log
app.add_typer(mail_app)
print_app.add_typer(print_parts_app)
app.add_typer(print_app, name="print")
app.add_typer(log_app, name="log")
app.add_typer(recipients_app, name="recipients")


def main(arguments: Sequence[str] | None = None, now: datetime | None = None) -> int:
    """Run the command line and return its exit status; ``now`` replaces the clock, in UTC."""
    with standard_streams() as out:
        return choose_exit_status(out, _run_app(arguments, now))


def _run_app(arguments: Sequence[str] | None, now: datetime | None) -> int:
    try:
        app(args=list(arguments) if arguments is not None else None, obj=now or datetime.now(UTC))
    except SystemExit as end:
        if isinstance(getattr(end.__context__, "__cause__", None), KeyboardInterrupt):  # which typer turns into this
            typer.echo(INTERRUPTED, err=True)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
