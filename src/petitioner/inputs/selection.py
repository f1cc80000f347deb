"""Choose recipients and languages: ``--only``, ``--country``, ``--group``, ``--limit``, ``--lang`` and so on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from petitioner.errors import UsageError, suggest
from petitioner.model.recipient import Recipient

CRITERIA = ("country", "city", "kind", "channel", "group")
"""The criteria of a selection that describe a recipient."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The recipients and languages that were chosen; without any, all of them.

    ``only`` are ids. A chosen recipient has one of the values of each criterion that is given (``country`` to
    ``group``). ``in_state`` are the ids of the recipients in a chosen state; None means that no state was chosen. Of
    those that are left, the first ``limit`` are chosen.
    """

    only: tuple[str, ...] = ()
    limit: int | None = None
    languages: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    in_state: frozenset[str] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    @property
    def criteria(self) -> tuple[str, ...]:
        """The options that describe recipients, as they were typed, without ids and states."""
        return tuple(f"--{name} {word}" for name in CRITERIA for word in getattr(self, name))

    def includes(self, recipient: Recipient) -> bool:
        """Whether a recipient meets everything but the limit and the languages."""
        is_named = not self.only or recipient.id in self.only
        is_in_state = self.in_state is None or recipient.id in self.in_state
        return is_named and is_in_state and all(self._fits(name, recipient) for name in CRITERIA)

    def includes_channel(self, channel: str) -> bool:
        """Whether packets by a channel are chosen."""
        return not self.channel or channel in map(str.casefold, self.channel)

    def _fits(self, name: str, recipient: Recipient) -> bool:
        wanted = {word.casefold() for word in getattr(self, name)}
        return not wanted or any(word.casefold() in wanted for word in _list_values(name, recipient))


Choice = tuple[Recipient, tuple[str, ...]]
"""A recipient, and the languages of its letters in the order of the envelope."""


def choose_recipients(selection: Selection, recipients: Sequence[Recipient]) -> tuple[Choice, ...]:
    """Return the selected recipients, in the order of the file, each with its languages.

    Raises UsageError for an unknown value, for an id that gets no letters, and if no letter is left.
    """
    written_to = [recipient for recipient in recipients if recipient.is_written_to]
    require_known_values(selection, recipients)
    require_known("language", selection.languages, [tag for who in written_to for tag in who.languages])
    for recipient in recipients:
        if recipient.id in selection.only and not recipient.is_written_to:
            why = f"closed since {recipient.closed}" if recipient.closed else f"skipped: {recipient.reason_to_skip}"
            there = "Add it below 'recipients:' in campaign.yaml." if recipient.left_out else ""
            hint = there or "Delete that line in recipients.yaml."
            raise UsageError(f"{recipient.id} gets no letters; it is {why}.", hint)
    chosen = [recipient for recipient in written_to if selection.includes(recipient)]
    if written_to and not chosen:
        raise UsageError("Nobody who gets letters fits everything that was chosen.", _advise_fewer(selection))
    choices = [
        (one, tuple(tag for tag in one.languages if not selection.languages or tag in selection.languages))
        for one in chosen[: selection.limit]
    ]
    if choices and not any(languages for _, languages in choices):
        names, tags = ", ".join(recipient.id for recipient, _ in choices), ", ".join(selection.languages)
        raise UsageError(f"This leaves no letter: {names} gets none in {tags}.", "Leave --only, --limit or --lang out.")
    return tuple(choices)


def require_known_values(selection: Selection, recipients: Sequence[Recipient]) -> None:
    """Raise UsageError for an id, a country and so on that no recipient has; it names all values that there are."""
    require_known("recipient", selection.only, [recipient.id for recipient in recipients])
    for name in CRITERIA:
        values = [value for recipient in recipients for value in _list_values(name, recipient)]
        folded = {value.casefold(): value for value in values}
        require_known(name, (folded.get(word.casefold(), word) for word in getattr(selection, name)), values)


def require_known(kind: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    """Raise UsageError if wanted words are not known; it names each of them with the most similar known word."""
    names = list(dict.fromkeys(known))
    unknown = [word for word in dict.fromkeys(wanted) if word not in names]
    if unknown:
        hints = [f"'{word}': {suggestion}" for word in unknown if (suggestion := suggest(word, names))]
        sentence = f"No {kind} is called {', '.join(map(repr, unknown))}."
        raise UsageError(sentence, "  ".join([*hints, f"Known: {', '.join(names)}."]) if names else "There are none.")


def _list_values(name: str, recipient: Recipient) -> Iterator[str]:
    """Yield what a recipient has of a criterion; a city has a name in each language."""
    value = getattr(recipient, "channels" if name == "channel" else name)
    if isinstance(value, str):
        yield str(value)
    elif value is not None:
        yield from map(str, value.values() if name == "city" else value)


def _advise_fewer(selection: Selection) -> str:
    words = [*(f"--only {id_}" for id_ in selection.only), *selection.criteria]
    words += ["--state"] if selection.in_state is not None else []
    return f"You chose {', '.join(words)}. Leave one out."
