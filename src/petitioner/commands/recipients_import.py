"""``petitioner recipients import``: take a list from a table into recipients.yaml, after showing what would be done."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from petitioner.commands.recipients_export import read_document
from petitioner.commands.reports import serialize_problem
from petitioner.errors import ExitStatus, PetitionerError, Problem, UsageError, WorkspaceError, advise_writing
from petitioner.files import read_regular_file, write_atomically
from petitioner.inputs.recipients import PATH
from petitioner.lists.columns import map_columns, quote_option
from petitioner.lists.fields import TOP
from petitioner.lists.memory import name_memory, read_memory
from petitioner.lists.merge import Outcome, PlannedRow
from petitioner.lists.plan import ImportPlan, ListFile, make_plan
from petitioner.lists.reading import ReadOptions, read_list
from petitioner.source.table import TableError
from petitioner.source.yaml import Document
from petitioner.terminal import Terminal, format_count

_AGAIN = "Run the same command again: it shows what it would do now."


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of ``recipients import``; ``mapped`` and ``constants`` are texts such as ``COLUMN=PLACE``."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    mapped: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    list_name: str | None = None
    apply: bool = False

    def format_command(self, file: Path) -> str:
        """Return the command line with these options, without ``--apply``."""
        named = {"--encoding": self.encoding, "--delimiter": self.delimiter, "--sheet": self.sheet}
        pairs = [
            *named.items(),
            *(("--map", text) for text in self.mapped),
            *(("--set", one) for one in self.constants),
        ]
        words = [word for option, value in (*pairs, ("--list", self.list_name)) if value for word in (option, value)]
        return " ".join(map(quote_option, ("petitioner", "recipients", "import", str(file), *words)))


def import_recipients(
    terminal: Terminal, folder: Path, file: Path, today: date, options: ImportOptions, *, as_json: bool
) -> int:
    """Show what an import of a list would do; with ``apply``, write recipients.yaml and remember what the list said.

    Returns 1 if something was left for a person. Raises ``WorkspaceError`` for a file that is no table, ``UsageError``
    for options that do not fit it, ``PetitionerError`` if a file cannot be read or written.
    """
    memory_path = name_memory(options.list_name, file)
    content, document = _read_present(folder)
    plan = make_plan(
        _read_list(folder, file, options), content.decode(), document, read_memory(folder, memory_path), today
    )
    if options.apply:
        _write(folder, content, memory_path, plan)
    if as_json:
        terminal.show_json(_serialize(plan, memory_path, is_applied=options.apply))
    else:
        _show(terminal, plan)
    _say_next(terminal, plan, memory_path, file, options)
    counts = plan.count()
    return ExitStatus.FAILED if counts[Outcome.LEFT.value] or counts["cells_left"] else ExitStatus.DONE


def _read_present(folder: Path) -> tuple[bytes, Document]:
    """Return recipients.yaml as bytes and values; before there is one, a file without recipients."""
    if not (folder / PATH).exists():
        return f"{TOP}:\n".encode(), Document(PATH, {TOP: {}})
    return read_document(folder)


def _read_list(folder: Path, file: Path, options: ImportOptions) -> ListFile:
    path = _name_path(folder, file)
    try:
        content = read_regular_file(file, follow=True)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", "Check its name and its permissions.") from None
    command = options.format_command(file)
    try:
        table, is_text = read_list(
            content, path, ReadOptions(options.encoding, options.delimiter, options.sheet, command)
        )
        columns = map_columns(table, _split(options.mapped, "--map"), _split(options.constants, "--set"), command)
    except TableError as error:
        raise WorkspaceError((Problem(path, error.line, "X101", str(error), error.hint),)) from None
    return ListFile(path, table, columns, is_text)


def _name_path(folder: Path, file: Path) -> str:
    """Return how messages name a file: within the workspace by its path there, else as it was typed."""
    try:
        return str(file.resolve().relative_to(folder))
    except ValueError:
        return str(file)


def _split(given: Sequence[str], option: str) -> Mapping[str, str]:
    """Return what was given as NAME=VALUE by its names."""
    pairs: dict[str, str] = {}
    for text in given:
        name, sign, value = text.rpartition("=") if option == "--map" else text.partition("=")
        if not sign or not name.strip() or (option == "--set" and not value.strip()):
            example = "--map 'Postal address=address.lines.en'" if option == "--map" else "--set country=JP"
            raise UsageError(f"{option} {text!r} is not of the form NAME=VALUE.", f"Write it as {example}")
        pairs[name.strip()] = value.strip()
    return pairs


def _write(folder: Path, before: bytes, memory_path: str, plan: ImportPlan) -> None:
    """Write recipients.yaml, then the memory: after a power cut between them, the same import changes nothing more."""
    path = (folder / PATH).resolve()
    if path.exists() and path.read_bytes() != before:
        raise PetitionerError(f"{PATH} was changed by another program just now, so it was not changed.", _AGAIN)
    for place, text in ((path, plan.text), (folder / memory_path, plan.memory)):
        try:
            write_atomically(place, text.encode())
        except OSError as error:
            hint = advise_writing(error, "Check its permissions.")
            raise PetitionerError(f"{place} cannot be written: {error.strerror}", hint) from None


def _show(terminal: Terminal, plan: ImportPlan) -> None:
    table, columns = plan.file.table, plan.file.columns
    terminal.report(plan.problems)
    layout = f" It is the list of the {columns.layout.title}." if columns.layout else ""
    terminal.say(f"{plan.file.path} was read as {table.how}.{layout}")
    used = ", ".join(f"{table.columns[number]} → {place}" for number, place in columns.places.items())
    terminal.say(f"Columns: {used}." + (f" Not imported: {', '.join(columns.unused)}." if columns.unused else ""))
    shown = [row for planned in plan.rows if planned.outcome is not Outcome.SAME for row in _make_table_rows(planned)]
    if shown:
        terminal.show_table(("line", "recipient", "result", "what"), shown)
    counts = plan.count()
    outcomes = ", ".join(f"{counts[one.value]} {one.value}" for one in Outcome)
    cells = f"; {format_count(counts['cells_left'], 'cell')} left out of these rows" if counts["cells_left"] else ""
    terminal.show(f"{format_count(counts['rows'], 'row')}: {outcomes}{cells}")
    _explain_new(terminal, plan)
    if plan.skipped:
        terminal.say(f"These still get no letter, by their line 'skip:' or 'closed:': {', '.join(plan.skipped)}.")
    if plan.gone:
        terminal.say(f"No longer in the list, and not changed: {', '.join(plan.gone)}.", style="yellow")


def _explain_new(terminal: Terminal, plan: ImportPlan) -> None:
    """Say what the program added to the new recipients."""
    new = [planned for planned in plan.rows if planned.outcome is Outcome.NEW]
    skips = Counter(change.new for planned in new for change in planned.changes if change.place == "skip")
    for reason, count in skips.items():
        terminal.say(f"{format_count(count, 'new recipient')} will get no letter yet, by the line 'skip: {reason}'.")
    if any("no languages" in reason or "no channels" in reason for reason in skips):
        terminal.say("    If they are the same in all rows, give them here: --set languages=en --set channels=post")
    if skips:
        terminal.say("    Else complete each entry in recipients.yaml, and then delete its line 'skip:'.")
    if composed := sum(not planned.row.is_named for planned in new):
        terminal.say(f"{format_count(composed, 'name')} put together from kind, country and city: correct them later.")


def _make_table_rows(planned: PlannedRow) -> Iterator[tuple[str, str, str, str]]:
    """Yield a line for a row that is new or left, and one for each change of a row that was there."""
    line, id_ = str(planned.row.line), planned.id or "?"
    if planned.outcome is Outcome.CHANGED:
        for number, change in enumerate(planned.changes):
            before = f"{_in_one_line(change.old)} → " if change.old else ""
            what = f"{change.place}: {before}{_in_one_line(change.new)}"
            yield ("", "", "", what) if number else (line, id_, "changed", what)
        return
    name = next((change.new for change in planned.changes if change.place.startswith("name.")), "")
    yield line, id_, planned.outcome.value, planned.row.left or name


def _in_one_line(text: str | None) -> str:
    return " / ".join((text or "").split("\n"))


def _say_next(terminal: Terminal, plan: ImportPlan, memory_path: str, file: Path, options: ImportOptions) -> None:
    counts = plan.count()
    if options.apply:
        terminal.say(f"Written: {PATH}, and {memory_path}, which remembers what the list says.", style="green")
        terminal.say_next("petitioner check")
    elif counts["new"] or counts["changed"]:
        terminal.say("Nothing is written yet.")
        terminal.say_next(f"{options.format_command(file)} --apply", f"writes {PATH}")
    else:
        terminal.say_next("petitioner recipients", f"nothing in {PATH} would change")


def _serialize(plan: ImportPlan, memory_path: str, *, is_applied: bool) -> dict[str, object]:
    columns, names = plan.file.columns, plan.file.table.columns
    return {
        "applied": is_applied,
        "read_as": plan.file.table.how,
        "memory": memory_path,
        "columns": [{"column": names[number], "place": place} for number, place in columns.places.items()],
        "unused": list(columns.unused),
        "rows": [
            {
                "line": planned.row.line,
                "id": planned.id,
                "outcome": planned.outcome.value,
                "reason": planned.row.left,
                "changes": [
                    {"place": one.place, "old": one.old, "new": one.new} for one in planned.changes if one.place != "id"
                ],
            }
            for planned in plan.rows
        ],
        "problems": [serialize_problem(problem) for problem in plan.problems],
        "gone": list(plan.gone),
        "sum": dict(plan.count()),
    }
