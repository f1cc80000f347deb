"""``petitioner followup``: begin a later edition for those only who have not answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from petitioner.commands.calls import serialize_outcomes
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.commands.log_context import open_log, read_log, read_log_context
from petitioner.commands.reports import count_problems, serialize_problem
from petitioner.commands.rollover import begin_campaign, carry_files, turn_to
from petitioner.errors import ExitStatus, PetitionerError
from petitioner.inputs.folder import LETTERS, list_campaigns
from petitioner.inputs.letters import NOTE, remove_reading
from petitioner.inputs.rollover import add_paragraph, renew_edition
from petitioner.inputs.selection import Selection, require_known_values
from petitioner.log.events import Event
from petitioner.log.states.outcomes import Outcome, list_outcomes
from petitioner.log.states.packets import UNDECIDED
from petitioner.model.recipient import NO_ANSWER, Campaign, Previous
from petitioner.tables.starter import find_followup_paragraph
from petitioner.terminal import Terminal, format_count


def follow_up(
    terminal: Terminal, folder: Path, source: str | None, selection: Selection, now: datetime, *, as_json: bool
) -> int:
    """Begin the next edition of a campaign for the chosen recipients that did not answer, and check it.

    Raises ``UsageError`` for an unknown choice, WorkspaceError for errors in recipients.yaml or campaign.yaml, and
    ``PetitionerError`` when nobody is left, or when the folder cannot be written; then nothing was written.
    """
    context = read_log_context(folder, source, now)
    last = context.campaign
    require_known_values(selection, context.recipients)
    events = read_log(terminal, open_log(terminal, folder, context.recipients))
    outcomes = list_outcomes(context.recipients, last, events)
    left_out = {one.record.id: reason for one in outcomes if (reason := _leave_out(one, selection, last))}
    chosen = [one for one in outcomes if one.record.id not in left_out][: selection.limit]
    _require_some(last, outcomes, chosen)
    name = f"{last.id}-{_count_editions(folder, last, events) + 1}"
    dated = max(context.today, last.date)
    previous = {one.record.id: _describe_previous(one, last) for one in chosen}
    files = carry_files(folder, last.folder, lambda text: renew_edition(text, dated, previous), _change_letter)
    begin_campaign(folder, name, files)
    checked = load_and_check(Scope(folder, name, now))
    if as_json:
        terminal.show_json(
            {
                "campaign": last.id,
                "edition": int(name.partition("-")[2]),
                "folder": f"{LETTERS}/{name}",
                "date": dated.isoformat(),
                "files": [f"{LETTERS}/{name}/{path}" for path in files],
                "recipients": serialize_outcomes(chosen, ()),
                "left_out": [{"id": id_, "reason": reason} for id_, reason in left_out.items()],
                "problems": [serialize_problem(problem) for problem in checked.problems],
            }
        )
    else:
        _show_choice(terminal, last, chosen, left_out)
    terminal = turn_to(terminal, folder, name)
    terminal.report(checked.problems)
    terminal.say(
        f"{LETTERS}/{name} is for {format_count(len(chosen), 'recipient')}: {count_problems(checked.problems)}."
    )
    terminal.say_next("petitioner check", f"after you have read every text in {LETTERS}/{name}")
    return ExitStatus.DONE


def _leave_out(outcome: Outcome, selection: Selection, last: Campaign) -> str:
    """Return why a recipient gets no further letter; an empty text for one that gets one."""
    record = outcome.record
    if not selection.includes(record):
        return "not chosen"
    if record.closed or record.skip:
        return f"closed since {record.closed}" if record.closed else f"skip: {record.skip}"
    if outcome.is_answered:
        return outcome.describe()
    if any(packet.state in UNDECIDED for packet in outcome.status.packets):
        name = _name_folder(last, outcome.edition)  # the latest one from now on is the new edition
        return f"{outcome.describe()}; find out first: petitioner --campaign {name} log settle {record.id}"
    return ""


def _require_some(last: Campaign, outcomes: Sequence[Outcome], chosen: Sequence[Outcome]) -> None:
    """Raise ``PetitionerError`` if nothing was sent before, or if nobody is left."""
    if not any(one.sent for one in outcomes):
        hint = "A further letter follows a first one. To see what is left to do: petitioner"
        raise PetitionerError(f"Nothing of {last.id} was sent yet; nothing was written.", hint)
    if not chosen:
        hint = "To see the state of every packet: petitioner log"
        raise PetitionerError(f"Nobody who was chosen is left to write to in {last.id}; nothing was written.", hint)


def _count_editions(folder: Path, last: Campaign, events: Iterable[Event]) -> int:
    """Return the number of the last edition of a year, in the log or in a folder."""
    numbers = [int(name.partition("-")[2] or 1) for name in list_campaigns(folder) if name.startswith(last.id)]
    numbers += [event.edition for event in events if event.campaign == last.id]
    return max(last.edition, *numbers)


def _name_folder(last: Campaign, edition: int) -> str:
    """Return the name of the folder of an edition of the same year."""
    return last.folder if edition == last.edition else f"{last.id}-{edition}" if edition > 1 else last.id


def _describe_previous(outcome: Outcome, last: Campaign) -> Previous:
    """Return what a letter can print of the last one."""
    sent = outcome.sent
    if sent is None:
        return Previous(outcome="nothing was sent")
    name = _name_folder(last, sent.edition)
    reference = last.model_copy(update={"folder_name": name}).make_reference(outcome.record.id)
    return Previous(
        date=sent.happened_on, reference=reference, outcome=NO_ANSWER if outcome.has_arrived else str(outcome.state)
    )


def _change_letter(name: str, text: str) -> str:
    """Return a letter without its reading, and with a paragraph about the last letter; the note has none."""
    stem, language, _ = name.split(".")
    paragraph = "" if stem == NOTE or "previous." in text else find_followup_paragraph(language)
    return remove_reading(add_paragraph(text, paragraph) if paragraph else text)


def _show_choice(terminal: Terminal, last: Campaign, chosen: Iterable[Outcome], left_out: Mapping[str, str]) -> None:
    terminal.show_table(
        ("recipient", "name", f"outcome of {last.id}"),
        [(one.record.id, one.status.short_name, one.describe()) for one in chosen],
    )
    if left_out:
        terminal.show()
        terminal.show("They get no further letter:", style="bold")
    for id_, reason in left_out.items():
        terminal.show(f"  {id_}: {reason}")
