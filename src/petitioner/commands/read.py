"""``petitioner read``: record in the text files which native reader has read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from petitioner.build.manifest import find_outdated, locate_output
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, load_and_check
from petitioner.errors import ExitStatus, PetitionerError, UsageError, WorkspaceError, advise_writing, errors_in
from petitioner.files import write_atomically
from petitioner.inputs.letters import read_template, record_reading
from petitioner.inputs.selection import require_known
from petitioner.log.fact_input import read_day, read_name
from petitioner.model.letter import Reading, Template
from petitioner.source.edit import EditError
from petitioner.templates.readings import (
    UnreadText,
    digest_text,
    find_unread,
    format_text_name,
    format_unread,
    list_paragraphs,
    list_unread,
    list_used_texts,
)
from petitioner.terminal import Terminal
from petitioner.user_data.read_texts import remember_text


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What was typed after ``read``: languages, letters (all if empty), reader and day."""

    languages: tuple[str, ...]
    letters: tuple[str, ...] = ()
    by: str | None = None
    on: str | None = None


def record_readings(terminal: Terminal, scope: Scope, options: ReadOptions, *, as_json: bool) -> int:
    """Write the reader, the day and a digest of the text into the front matter of each text.

    Without names of letters these are all texts of the languages that are unread as they are now; of several in one
    language, a person at a terminal is asked about each. Raises ``UsageError`` for options that make no sense,
    WorkspaceError for a text with errors, ``PetitionerError`` for a file that cannot be changed.
    """
    checked = load_and_check(scope)
    shared, day = checked.workspace.shared, _read_day(options, checked, scope)
    _refuse_errors(options, checked)
    chosen = _choose_texts(options, checked)
    left = chosen if options.letters else tuple(one.template for one in find_unread(chosen, shared))
    for path, reader in ((one.origin.path, one.front.read_by) for one in chosen if one not in left):
        terminal.say(f"{path}: {reader.name} read it as it is now, on {reader.date}." if reader else path)
    done: dict[str, Reading] = {}
    for template, by in _ask_each(terminal, options, left, asks=terminal.can_ask and not as_json):
        done[template.origin.path] = write_reading(scope.folder, template, shared, by, day)
        terminal.say(f"{template.origin.path}: read by {by} on {day}.", style="green")
    rest = tuple(one for one in checked.unread if one.template.origin.path not in done)
    _show_result(terminal, done, rest, as_json=as_json)
    _say_next(terminal, checked)
    return ExitStatus.DONE


def write_reading(folder: Path, template: Template, shared: Mapping[str, str], by: str, day: date) -> Reading:
    """Write into a text's file that a native reader has read it, and nothing else. ``shared`` are its paragraphs.

    Raises ``UsageError`` for a name that cannot be written, ``PetitionerError`` for a file that changed or cannot be
    changed.
    """
    reading = _make_reading(by, day, digest_text(template, shared))
    _write_front_matter(folder, template, reading)
    remember_text(str(reading.text), list_paragraphs(template, shared))
    return reading


def _ask_each(
    terminal: Terminal, options: ReadOptions, texts: Sequence[Template], *, asks: bool
) -> Iterator[tuple[Template, str]]:
    """Return each text that was read, and its reader, who is asked for once a language."""
    for language in dict.fromkeys(options.languages):
        own = [one for one in texts if one.language == language]
        by = _name_reader(terminal, options, own, asks=asks) if own else ""
        for text in own:
            is_clear = options.letters or len(own) == 1 or not asks
            if is_clear or terminal.ask_yes(f"{text.origin.path}: has {by} read it, all of the present text?"):
                yield text, by


def _choose_texts(options: ReadOptions, checked: CheckedWorkspace) -> tuple[Template, ...]:
    used = checked.workspace.templates.values() if options.letters else list_used_texts(checked.workspace)
    require_known("language", options.languages, [one.language for one in used])
    require_known("letter", options.letters, [one.stem for one in used])
    texts = [one for one in used if one.language in options.languages]
    chosen = tuple(one for one in texts if not options.letters or one.stem in options.letters)
    if not chosen:
        names = ", ".join(map(format_text_name, texts))
        raise UsageError(f"There is no such text in {' and '.join(options.languages)}.", f"There are: {names}.")
    return chosen


def _read_day(options: ReadOptions, checked: CheckedWorkspace, scope: Scope) -> date:
    campaign = checked.workspace.campaign
    today = campaign.day_at(scope.now) if campaign else scope.now.date()
    day = today if options.on is None else read_day(options.on)
    if day > today:
        raise UsageError(f"{day} is still to come: today is {today}.", "Give the day when it was read: --on DATE")
    return day


def _refuse_errors(options: ReadOptions, checked: CheckedWorkspace) -> None:
    """Raise WorkspaceError for texts with errors: fixing them would make the reading invalid."""
    names = {f"{letter}.{language}.md" for language in options.languages for letter in options.letters}
    endings = tuple(f".{language}.md" for language in options.languages)

    def is_meant(path: str) -> bool:
        folder, _, name = path.rpartition("/")
        is_named = name in names if names else name.endswith(endings)
        return folder == checked.workspace.home and (is_named or name in checked.workspace.shared)

    if faults := [problem for problem in errors_in(checked.problems) if is_meant(problem.path)]:
        raise WorkspaceError(faults, "Fix them first: the reader should read what goes out.")


def _make_reading(by: str, day: date, text: str) -> Reading:
    try:
        return Reading(name=by, date=day, text=text)
    except ValueError as error:  # pydantic's own, which tells more than a person wants to know
        raise UsageError(
            "This name cannot be written at the top of a letter's file.", "Give a shorter one: --by NAME"
        ) from error


def _name_reader(terminal: Terminal, options: ReadOptions, texts: Sequence[Template], *, asks: bool) -> str:
    names = " and ".join(map(format_text_name, texts))
    name = read_name(options.by)
    while name is None:
        if not asks:
            raise UsageError(f"Nobody is named who has read {names}.", "Name the native reader: --by NAME")
        try:
            name = read_name(terminal.ask(f"Who has read {names}? (a name; q quits)"), "The name")
        except UsageError as error:
            terminal.report_error(error)
    return name


def _write_front_matter(folder: Path, template: Template, reading: Reading) -> None:
    """Change the reading in one file and nothing else. Raises ``PetitionerError`` when that is impossible."""
    shown, path = template.origin.path, (folder / template.origin.path).resolve()
    hint = f"Remove 'read_by' from the file, then: petitioner read {template.language} --letter {template.stem}"
    try:
        content = path.read_bytes()
        if read_template(shown, content)[0] != template:
            raise PetitionerError(f"{shown} was changed just now; it was left as it is.", "Let it be read again.")
        after = record_reading(content.decode("utf-8"), reading).encode()
        written, _ = read_template(shown, after)
        expected = template.front.model_copy(update={"read_by": reading})
        if written is None or (written.front, written.body) != (expected, template.body):
            raise PetitionerError(f"{shown} cannot be changed line by line; it was left as it is.", hint)
        write_atomically(path, after)
    except EditError as error:
        raise PetitionerError(f"{shown}:{error.line}: {error}; the file was left as it is.", hint) from None
    except OSError as error:
        hint = advise_writing(error, "Check its permissions.")
        raise PetitionerError(f"{shown} cannot be written: {error.strerror}.", hint) from None


def _show_result(terminal: Terminal, done: dict[str, Reading], rest: Sequence[UnreadText], *, as_json: bool) -> None:
    if as_json:
        read = [{"path": path, **reading.model_dump(mode="json")} for path, reading in done.items()]
        terminal.show_json({"read": read, "unread": list_unread(rest)})
    for line in format_unread(rest):
        terminal.say(line)


def _say_next(terminal: Terminal, checked: CheckedWorkspace) -> None:
    """Name the next command: a reading changes no built file."""
    if checked.has_errors:
        terminal.say_next("petitioner check", "other texts have errors")
        return
    campaign, theme = checked.require()
    is_outdated = find_outdated(locate_output(checked.workspace.folder, campaign.folder), checked.letters, theme)
    if is_outdated:
        terminal.say_next("petitioner build", "then approve")
    else:
        terminal.say_next("petitioner approve", "it shows each letter once, then asks")
