"""The telephone calls to make before a new campaign: what became of the last letters, and what nobody confirmed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from petitioner.approval.review import list_unconfirmed
from petitioner.log.states.outcomes import Outcome
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Call:
    """A recipient to telephone, and the ``reasons``; ``outcome`` is that of its last letters."""

    outcome: Outcome
    reasons: tuple[str, ...]

    @property
    def is_urgent(self) -> bool:
        """Whether a letter came back, so that its address is probably wrong."""
        return bool(self.outcome.failed)

    def __str__(self) -> str:
        """The recipient, its telephone number, who looks after it, and why to call."""
        record = self.outcome.record
        number = record.telephone or f"no telephone number ({record.origin.path}:{record.origin.line})"
        by = f", {record.coordinator}" if record.coordinator else ""
        return f"{record.id}{by}: {number}: {'; '.join(self.reasons)}"


def list_calls(outcomes: Iterable[Outcome], dated: date) -> tuple[Call, ...]:
    """List the calls to make before letters of the date ``dated``, those about letters that came back first."""
    calls = [Call(one, tuple(_list_reasons(one, dated))) for one in outcomes if one.record.is_written_to]
    return tuple(sorted((one for one in calls if one.reasons), key=lambda one: not one.is_urgent))


def _list_reasons(outcome: Outcome, dated: date) -> list[str]:
    is_done = outcome.is_answered
    return [*([] if is_done else [outcome.describe()]), *list_unconfirmed(outcome.record, dated)]


def show_outcomes(terminal: Terminal, campaign: str, outcomes: Sequence[Outcome], calls: Sequence[Call]) -> None:
    """Show the outcome of a campaign for each recipient, and below it the calls to make."""
    rows = [(one.record.id, one.status.short_name, one.describe()) for one in outcomes]
    terminal.show_table(("recipient", "name", f"outcome of {campaign}"), rows)
    if calls:
        terminal.show()
        terminal.show("Telephone before you write again:", style="bold")
    for call in calls:
        terminal.show(f"  {call}")


def serialize_outcomes(outcomes: Iterable[Outcome], calls: Iterable[Call]) -> list[dict[str, object]]:
    """Return the outcomes for ``--json``, each with the reasons to call."""
    reasons = {call.outcome.record.id: list(call.reasons) for call in calls}
    return [
        {
            "id": one.record.id,
            "state": one.state.value,
            "edition": one.edition,
            "sent": one.sent.happened_on.isoformat() if one.sent else None,
            "answered": one.is_answered,
            "outcome": one.describe(),
            "telephone": one.record.telephone,
            "coordinator": one.record.coordinator,
            "call": reasons.get(one.record.id, []),
        }
        for one in outcomes
    ]
