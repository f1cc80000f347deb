"""How programs write e-mails, as data: by what they are known, and what servers mean by what they say.

Patterns are regular expressions of Python's ``re``, one list a language; no case counts.
"""

from collections.abc import Mapping

from pydantic import Field

from petitioner.model.types import Flag, Line, Record

Patterns = Mapping[str, tuple[Line, ...]]


class Meaning(Record):
    """Why an e-mail could not be delivered, in plain ``words``, and what a coordinator can do: ``hint``.

    ``statuses`` are the subjects and details that mean it (RFC 3463). ``says`` are patterns of what servers write, and
    count more than a status; ``hints_at`` are patterns that may mean something else too, and count less. A code of one
    that ``outranks`` counts more than the words beside it.
    """

    words: Line
    hint: Line
    statuses: tuple[Line, ...] = ()
    outranks: Flag = False
    says: Patterns = Field(default_factory=dict)
    hints_at: Patterns = Field(default_factory=dict)


class Wordings(Record):
    """What programs write, in a subject or a text, by what it tells."""

    failed: Patterns = Field(default_factory=dict)
    final: Patterns = Field(default_factory=dict)
    delayed: Patterns = Field(default_factory=dict)
    complaint: Patterns = Field(default_factory=dict)
    held: Patterns = Field(default_factory=dict)
    automatic: Patterns = Field(default_factory=dict)
    acknowledged: Patterns = Field(default_factory=dict)


class Notices(Record):
    """The whole table.

    ``systems`` and ``robots`` are patterns of what stands before the @: of mail servers, and of programs to which
    nobody can answer. ``system_names`` are names of senders, ``headers`` the headers that only mail servers write,
    ``automatic_headers`` patterns of those that answering programs write, ``precedence`` what the header of that name
    says then, and ``codes`` finds codes by which servers refuse for good.
    """

    systems: tuple[Line, ...]
    robots: tuple[Line, ...]
    system_names: tuple[Line, ...]
    headers: tuple[Line, ...]
    automatic_headers: tuple[Line, ...]
    precedence: tuple[Line, ...]
    codes: Line
    subjects: Wordings
    texts: Wordings
    meanings: tuple[Meaning, ...]
