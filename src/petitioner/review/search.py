"""Search the log by words. Only the words of new events are collected again."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from petitioner.log.events import Event


@dataclass(slots=True)
class SearchTexts:
    """Keeps the words of each event, in lower case."""

    _events: Sequence[Event] = ()
    _texts: Sequence[str] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self, events: Sequence[Event]) -> Sequence[str]:
        """Return the words of each of all events of a log."""
        with self._lock:
            old = [
                text for event, before, text in zip(events, self._events, self._texts, strict=False) if event is before
            ]
            is_longer = len(old) == min(len(self._events), len(events))
            kept = old if is_longer else []
            self._texts = (*kept, *map(_collect_words, events[len(kept) :]))
            self._events = events
            return self._texts

    def search(self, events: Sequence[Event], chosen: Sequence[Event], words: str) -> list[Event]:
        """Return the ``chosen`` ones of all ``events`` that have each of some words."""
        wanted = words.casefold().split()
        if not wanted:
            return list(chosen)
        texts = self.get(events)
        return [event for event in chosen if all(word in texts[event.id - 1] for word in wanted)]


def _collect_words(event: Event) -> str:
    return "\n".join(_list_words(event)).casefold()


def _list_words(event: Event) -> Iterator[str]:
    details = event.details
    yield from (str(event.id), event.recipient, event.recipient_name, event.destination, event.kind, event.channel)
    yield from (event.by, event.campaign, event.happened_on.isoformat())
    entered = (details.tracking, details.mail_class, details.postage, details.met, details.note)
    seen = (details.account, details.said, details.title)
    yield from (word for word in (*entered, *seen) if word)
    yield from details.refused.values()
    yield from details.flags.values()
    yield from (document.name for document in event.documents)
