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


Choice = tuple[Recipient, tuple[str, ...]]
"""A recipient, and the languages of its letters in the order of the envelope."""


def choose(selection: Selection, recipients: Sequence[Recipient]) -> tuple[Choice, ...]:
    """Who is meant, in the order of the file, and in which languages.

    Raises UsageError for an id or a language that nobody has, for somebody who is not written to, and for a choice that
    leaves no letter.
    """
    written_to = [recipient for recipient in recipients if recipient.is_written_to]
    require_known("recipient", selection.only, [recipient.id for recipient in recipients])
    require_known("language", selection.languages, [tag for who in written_to for tag in who.languages])
    for recipient in recipients:
        if recipient.id in selection.only and not recipient.is_written_to:
            why = f"closed since {recipient.closed}" if recipient.closed else f"skipped: {recipient.skip}"
            raise UsageError(f"{recipient.id} is not written to; it is {why}.", "Take that out of recipients.yaml.")
    chosen = [recipient for recipient in written_to if not selection.only or recipient.id in selection.only]
    choices = [(recipient, _choose_languages(selection, recipient)) for recipient in chosen[: selection.limit]]
    if choices and not any(languages for _, languages in choices):
        names, tags = ", ".join(recipient.id for recipient, _ in choices), ", ".join(selection.languages)
        raise UsageError(f"This leaves no letter: {names} gets none in {tags}.", "Leave --only, --limit or --lang out.")
    return tuple(choices)


def _choose_languages(selection: Selection, recipient: Recipient) -> tuple[str, ...]:
    return tuple(tag for tag in recipient.languages if not selection.languages or tag in selection.languages)


def require_known(kind: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    """Raise UsageError that names every wanted word which is not among the known ones, with the nearest to each."""
    names = list(dict.fromkeys(known))
    unknown = [word for word in dict.fromkeys(wanted) if word not in names]
    if unknown:
        hints = [f"'{word}': {near}" for word in unknown if (near := suggest(word, names))]
        said = f"No {kind} is called {', '.join(map(repr, unknown))}."
        raise UsageError(said, "  ".join([*hints, f"Known: {', '.join(names)}."]))
