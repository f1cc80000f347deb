"""Those who stand in the workspace's files with an address: the missions that are written to, and the sender."""

from collections.abc import Iterator
from dataclasses import dataclass

from petitioner.errors import Problem
from petitioner.model.campaign import Sender
from petitioner.model.codes import severity_of
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location, Origin
from petitioner.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with an address, where it was written, and what messages call it."""

    name: str
    record: Recipient | Sender
    origin: Origin
    at: Location = ()

    @property
    def emails(self) -> tuple[tuple[Location, str], ...]:
        """The e-mail addresses, each with the way to it."""
        email = self.record.email
        if isinstance(email, tuple):
            return tuple((("email", place), text) for place, text in enumerate(email))
        return ((("email",), email),) if email else ()

    @property
    def telephones(self) -> tuple[tuple[Location, str], ...]:
        """The numbers that can be dialled, each with the way to it."""
        fax = self.record.fax if isinstance(self.record, Recipient) else None
        return tuple(((name,), text) for name, text in (("telephone", self.record.telephone), ("fax", fax)) if text)

    def blame(self, way: Location, code: str, message: str, hint: str) -> Problem:
        """A problem at a part of the record."""
        line = self.origin.line_of(*self.at, *way)
        return Problem(self.origin.path, line, code, message, hint, severity_of(code))


def list_entries(workspace: Workspace) -> Iterator[Entry]:
    """The missions that are written to, in the order of their file, and the sender."""
    yield from (Entry(who.id, who, who.origin) for who in workspace.written_to)
    if campaign := workspace.campaign:
        yield Entry("the sender", campaign.sender, campaign.origin, ("sender",))
