"""What `send` is told to do, and what it has done so far."""

from dataclasses import dataclass, field
from pathlib import Path

from petitioner.carriers import Outcome
from petitioner.commands.mail.outbox import Choices, Outbox
from petitioner.commands.mail.receipts import GONE
from petitioner.commands.runs import Progress
from petitioner.mailing.dispatch import Report


@dataclass(frozen=True, slots=True)
class Order:
    """What was said on the command line: one way out at the most, and ``yes`` instead of an answer.

    ``drafts`` and ``eml``, a folder, leave the last step to a person and a mail program.
    """

    choices: Choices
    for_real: bool = False
    to_me: bool = False
    drafts: bool = False
    eml: Path | None = None
    yes: bool = False

    @property
    def ways(self) -> tuple[str, ...]:
        """The options that were given of those that let messages go somewhere."""
        given = {"--for-real": self.for_real, "--to-me": self.to_me, "--drafts": self.drafts, "--eml": self.eml}
        return tuple(option for option, value in given.items() if value)

    @property
    def claims(self) -> bool:
        """Whether packets count as handed over by it."""
        return self.for_real or self.drafts or self.eml is not None


@dataclass(slots=True)
class Run(Progress[Report]):
    """What was tried so far, and the recipients with whom it was ``begun``."""

    begun: set[str] = field(default_factory=set)

    def count_gone(self) -> int:
        """How many messages went where they were to go."""
        return sum(isinstance(one, Report) and one.answer.outcome in GONE for one in self.tries)

    def list_untried(self, outbox: Outbox) -> list[str]:
        """Those whose turn never came."""
        return [job.recipient for job in outbox.jobs if job.recipient not in self.begun]

    def tell_end(self) -> str:
        """Why others were not tried, where what was said of the last one does not tell."""
        last = self.tries[-1] if self.tries else None
        if not isinstance(last, Report):
            return ""
        match last.answer.outcome:
            case Outcome.IN_DOUBT:
                return " Two in a row are in doubt: the line to the server may be bad."
            case Outcome.DEFERRED:
                return " What was put off was put off in the same way each time, so it is hardly about the recipients."
            case _:
                return ""

    @property
    def all_went(self) -> bool:
        """Whether the last try of everybody who was tried went well."""
        last = {one.job.recipient if isinstance(one, Report) else one.id: one for one in self.tries}
        return all(isinstance(one, Report) and one.answer.outcome in GONE for one in last.values())
