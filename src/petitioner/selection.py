"""Which recipients and languages a command is about: ``--only``, ``--limit`` and ``--lang``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from petitioner.errors import UsageError, suggest
from petitioner.model.recipient import Recipient


@dataclass(frozen=True, slots=True)
class Selection:
    """Nothing given means everything: ``only`` are ids, ``limit`` is the greatest number of recipients."""

    only: tuple[str, ...] = ()
    limit: int | None = None
    languages: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.only and self.limit is None and not self.languages


def choose_recipients(selection: Selection, recipients: Sequence[Recipient]) -> tuple[Recipient, ...]:
    """The recipients that are meant, in the order of the file. Raises UsageError for an id that nobody has."""
    known = [recipient.id for recipient in recipients]
    _refuse_unknown("recipient", selection.only, known)
    chosen = [recipient for recipient in recipients if not selection.only or recipient.id in selection.only]
    return tuple(chosen[: selection.limit])


def choose_languages(selection: Selection, recipient: Recipient) -> tuple[str, ...]:
    """The languages of a recipient that are meant, in the order of its envelope."""
    return tuple(tag for tag in recipient.languages if not selection.languages or tag in selection.languages)


def check_languages(selection: Selection, known: Iterable[str]) -> None:
    """Raise UsageError for a language in which nobody is written to."""
    _refuse_unknown("language", selection.languages, list(known))


def _refuse_unknown(kind: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    unknown = [word for word in wanted if word not in known]
    if unknown:
        hints = [f"'{word}': {suggest(word, known)}".strip() for word in unknown if suggest(word, known)]
        raise UsageError(
            f"No {kind} is called {', '.join(map(repr, unknown))}.", "  ".join([*hints, f"Known: {', '.join(known)}."])
        )
