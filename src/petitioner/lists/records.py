"""Make the record that each row of a list would become, and run the checks of recipients on all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from petitioner.checks.records.addresses import check_addresses
from petitioner.checks.records.contacts import check_contacts
from petitioner.checks.records.house_numbers import check_house_numbers
from petitioner.checks.records.places import check_places
from petitioner.checks.records.posts import may_be_postal_code
from petitioner.checks.records.siblings import check_duplicates
from petitioner.checks.records.telephones import has_lost_zero
from petitioner.checks.records.values import check_values
from petitioner.errors import Problem, Severity
from petitioner.inputs.folder import THEME
from petitioner.inputs.recipients import read_recipient
from petitioner.inputs.theme import read_theme
from petitioner.inputs.workspace import Workspace
from petitioner.lists.columns import list_names, quote_option
from petitioner.lists.fields import TOP, Fields, unflatten
from petitioner.lists.matching import NEEDED
from petitioner.lists.rows import AS_IT_IS, CODE, LINES, CellLine, ListRow
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location
from petitioner.source.yaml import Document

_CHECKS: tuple[Callable[[Workspace, date], Iterator[Problem]], ...] = (
    check_addresses,
    check_contacts,
    check_duplicates,
    check_house_numbers,
    check_places,
    check_values,
)
_KEPT = ("", "id", *NEEDED)  # parts without which a row cannot be imported
_NOT_TAKEN = frozenset(["R321", "R322", "R323", "R335"])  # warnings about values that cannot be used as they are
_ADDED_DIGITS = 2  # zeros that a postal code may have lost
_WANTED = {"address": "no address", "languages": "no languages", "channels": "no channels"}


def list_missing(fields: Fields) -> str:
    """Return what a recipient needs before it can get letters, and does not have: ``no address, no languages``."""
    have = {place.partition(".")[0] for place in fields if place != CODE}
    return ", ".join(words for name, words in _WANTED.items() if name not in have)


def check_records(rows: Sequence[ListRow], present: Mapping[str, Fields], today: date) -> None:
    """Read and check what each row would become, together with what recipients.yaml has of it.

    Values that would be errors, and telephone numbers and the like that cannot be used, are dropped from the rows; rows
    without a part that every recipient needs are left. Other warnings are only reported.
    """
    records: list[Recipient] = []
    for row in rows:
        known = present.get(row.fields["id"], {})
        _drop_lost_zeros(row, known)
        record = _read_record(row, known)
        records += [record.model_copy(update={"skip": None, "closed": None})] if record else []
    by_line, read = {row.line: row for row in rows}, {row.line: len(row.dropped) for row in rows}
    for problem in _find_problems(records, today):
        _apply_problem(by_line[problem.line], problem, is_new=by_line[problem.line].fields["id"] not in present)
    for row in rows:  # what was dropped may have been needed
        if not row.left and len(row.dropped) > read[row.line]:
            _read_record(row, present.get(row.fields["id"], {}))


def _find_problems(records: Sequence[Recipient], today: date) -> Iterator[Problem]:
    style, _ = read_theme(THEME, {})
    workspace = Workspace(Path(), style, recipients=tuple(records))
    found: dict[Problem, None] = {}
    for check in _CHECKS:
        found |= dict.fromkeys(check(workspace, today))
    yield from found


def _drop_lost_zeros(row: ListRow, known: Fields) -> None:
    country = row.fields.get("country", known.get("country", ""))
    hint = "Look it up in the source; in Excel, format the column as Text before you type."
    for place in ("telephone", "fax"):
        text = row.fields.get(place, "")
        if text and has_lost_zero(text, country):
            row.drop(place, "X113", f"{text!r}: a zero at its beginning may be lost", hint)
    code = row.fields.get(CODE, "")
    longer = [code.zfill(len(code) + more) for more in range(1, _ADDED_DIGITS + 1)] if code.isdecimal() else []
    if any(may_be_postal_code(country, one) for one in longer) and not may_be_postal_code(country, code):
        row.drop(CODE, "X113", f"{code!r}: a zero at its beginning may be lost", hint)


def _read_record(row: ListRow, known: Fields) -> Recipient | None:
    """Return the record of a row, after each value is dropped that it cannot have; None if the row must be left."""
    for _ in range(2):  # the second time without what was dropped
        fields = {**known, **row.fields}
        if list_missing(fields):
            fields.setdefault("skip", "to be completed")
        at = (TOP, fields["id"])
        lines: dict[Location, int] = {at: row.line}
        lines |= {(*at, *place.split(".")): CellLine.of(row.line, place) for place in row.fields}
        document = Document(row.path, {TOP: {fields["id"]: unflatten(fields)}}, lines)
        record, problems = read_recipient(document, at)
        for problem in problems:
            _apply_problem(row, problem, is_new=True)
        if record and not problems:
            return record
    return None


def _apply_problem(row: ListRow, problem: Problem, *, is_new: bool) -> None:
    """Drop the value that has a problem, or leave its row, or only report it; what recipients.yaml has is not meant."""
    place = problem.line.place if isinstance(problem.line, CellLine) else ""
    if not place and not is_new:
        return
    if problem.code == "V201" and row.left:  # what a row lacks was reported in the words of a list
        return
    can_drop = place.partition(".")[0] not in _KEPT
    hint = _advise_code(row, place) if problem.code == "R303" else ""
    wording = (problem.code, problem.message, hint or problem.hint)
    if can_drop and (problem.severity is Severity.ERROR or problem.code in _NOT_TAKEN):
        if place in row.fields:
            row.drop(place, *wording)
    elif problem.severity is Severity.ERROR:
        row.leave(*wording, place)
    else:
        row.report(place, *wording, AS_IT_IS)


def _advise_code(row: ListRow, place: str) -> str:
    """Return how to put the postal code, which has a column of its own, into the lines of every address."""
    lines, code = row.columns.get(place), row.columns.get(CODE)
    pattern = row.patterns.get(place, f"{{{lines}}}")
    if not lines or not code or not place.startswith(LINES) or CODE in row.patterns or code in list_names(pattern):
        return ""
    sign = "〒" if place.endswith(".ja") else ""
    option = quote_option(f"{place}={sign}{{{code}}}\\n{pattern}")
    return f"To put the code into a line of its own in all rows, add: --set {option}"
