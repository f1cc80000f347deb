"""Read the logs of a report: the workspace's own, and copies of others. Every one is verified."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from petitioner.commands.log_context import open_log, read_log
from petitioner.errors import PetitionerError
from petitioner.log.context import LogContext
from petitioner.log.storage.copies import open_staged
from petitioner.log.storage.rows import describe_schema
from petitioner.log.storage.store import MailingLog
from petitioner.log.storage.verify import find_faults
from petitioner.model.recipient import list_former
from petitioner.report.joining import VerifiedLog
from petitioner.terminal import Terminal

_MOST_FAULTS = 3  # that a message names
_VERIFY = "See what is wrong with it: petitioner log verify"
_HINT = (
    "Name logs, or copies as `petitioner log copy` makes them. What `petitioner log export` writes cannot be verified."
)


def read_verified_logs(
    held: ExitStack, terminal: Terminal, context: LogContext, others: Sequence[Path]
) -> tuple[VerifiedLog, ...]:
    """Return the workspace's own log, if there is one, and others. Copies of the others are kept as long as ``held``.

    Raises ``PetitionerError`` that names every log that cannot be read or verified, or if there is no log at all.
    """
    logs: list[VerifiedLog] = []
    faults: list[str] = []
    names = _choose_names(others)
    own = open_log(terminal, context.folder, context.recipients)
    hint = _HINT
    try:
        if read_log(terminal, own, is_needed=True):
            logs.append(_verify(own, own.path.name, own.path))
    except PetitionerError as error:
        faults.append(_end_sentence(f"{own.path.name}: {error}"))
        hint = error.hint or _VERIFY
    for path, name in zip(others, names, strict=True):
        try:
            copy = held.enter_context(open_staged(path / own.path.name if path.is_dir() else path))
            logs.append(_verify(MailingLog(copy, former=list_former(context.recipients)), name, copy))
        except PetitionerError as error:
            faults.append(_end_sentence(f"{path}: {error}"))
    if faults:
        raise PetitionerError("\n".join(faults), f"No report was made. {hint}")
    if not logs:
        raise PetitionerError(
            "There is no log yet, so there is nothing to report.", "Record what was done: petitioner log add"
        )
    return tuple(logs)


def _choose_names(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return a name for each log: that of its file, or with its folder if several have the same."""
    shown = tuple(paths)
    names = [path.name for path in shown]
    return tuple(
        path.name if names.count(path.name) == 1 else f"{path.absolute().parent.name}/{path.name}" for path in shown
    )


def _verify(log: MailingLog, name: str, path: Path) -> VerifiedLog:
    """Compute every hash again. Raises ``PetitionerError`` for a log that is not as it was recorded, or is empty."""
    try:
        faults = find_faults(log.read_raw(), describe_schema())
        events = () if faults else log.read()
    except PetitionerError as error:
        raise PetitionerError(str(error).replace(str(path), name)) from error
    if faults:
        more = len(faults) - _MOST_FAULTS
        words = "; ".join(map(str, faults[:_MOST_FAULTS])) + (f"; and {more} more" if more > 0 else "")
        raise PetitionerError(f"the log is not as it was recorded. {words}.")
    if not events:
        raise PetitionerError("the log has no events.")
    return VerifiedLog(name, events, log.read_blob)


def _end_sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
