"""``petitioner recipients verify``: confirm addresses that nobody confirmed lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.commands.recipients_show import find_recipients, format_place, list_doubts, show_entry
from petitioner.errors import ExitStatus, PetitionerError, QuitError, UsageError, advise_writing
from petitioner.files import write_atomically
from petitioner.inputs.recipients import PATH, Confirmation, confirm_recipient, read_recipients
from petitioner.inputs.selection import Selection
from petitioner.log.context import LogContext
from petitioner.log.fact_input import read_day, read_source
from petitioner.model.recipient import Recipient
from petitioner.source.edit import EditError
from petitioner.terminal import Terminal

_AGAIN = "Look at it again: petitioner recipients verify"
_CHOICES = "Correct? [y]es, [n]o, [s]kip, [q]uit:"
_ANSWERS = {"y": "yes", "n": "no", "s": "skip", "": "skip"}


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """The options of ``recipients verify``; ``confirmed`` confirms every named id without a question."""

    confirmed: bool = False
    on: str | None = None
    source: str | None = None
    head: bool = False
    release_hold: bool = False


def verify_recipients(
    terminal: Terminal, context: LogContext, selection: Selection, options: VerifyOptions, *, as_json: bool
) -> int:
    """Confirm contacts, and write the day into recipients.yaml.

    Raises ``UsageError`` for options that make no sense or when nobody can be asked, ``PetitionerError`` when the file
    was changed meanwhile or an entry cannot be changed in place.
    """
    confirmation = _read_confirmation(options, context)
    chosen = find_recipients(context, selection)
    if options.confirmed:
        if not selection.only:
            raise UsageError("No recipient is named who was confirmed.", "Name at least one, by its id.")
        done = {recipient.id: _require_head(confirmation, recipient) for recipient in chosen}
        write_confirmations(context.folder, chosen, done)
    else:
        _refuse_unasked(terminal, options)
        meant = [one for one in chosen if selection.only or _is_on_hold(one) or list_doubts(context, one)]
        done = _ask_each(terminal, context, meant, confirmation)
    return _show_result(terminal, context, done, as_json=as_json)


def write_confirmations(folder: Path, shown: Sequence[Recipient], done: Mapping[str, Confirmation]) -> None:
    """Write confirmations of entries, as they were ``shown``, into recipients.yaml: all of them or none.

    Raises ``PetitionerError`` when an entry has changed since it was shown, or cannot be changed in place.
    """
    path = (folder / PATH).resolve()
    content = path.read_bytes()
    _refuse_changed(shown, content)
    text = content.decode("utf-8")
    for recipient in shown:
        try:
            text = confirm_recipient(text, recipient, done[recipient.id])
        except EditError as error:
            hint = f"Write 'verified: {done[recipient.id].on}' there with an editor."
            raise PetitionerError(f"{PATH}:{error.line}: {recipient.id} was left as it is: {error}.", hint) from None
    _check_edit(content, text, done)
    if path.read_bytes() != content:
        raise PetitionerError(f"{PATH} was changed by another program just now, so it was not changed.", _AGAIN)
    try:
        write_atomically(path, text.encode("utf-8"))
    except OSError as error:
        hint = advise_writing(error, "Check its permissions.")
        raise PetitionerError(f"{PATH} cannot be written: {error.strerror}", hint) from None


def _refuse_changed(shown: Sequence[Recipient], content: bytes) -> None:
    present = {recipient.id: recipient for recipient in read_recipients(content)[0]}
    for recipient in shown:
        there = present.get(recipient.id)
        if there is None or not _is_same(recipient, there):
            sentence = f"{recipient.id} was changed in {PATH} since it was shown; nothing was written."
            raise PetitionerError(sentence, f"{_AGAIN} {recipient.id}")


def _check_edit(before: bytes, after: str, done: Mapping[str, Confirmation]) -> None:
    """Read the new text before it is written: only what was confirmed may differ."""
    old, _ = read_recipients(before)
    new, _ = read_recipients(after.encode("utf-8"))
    expected = [
        _apply_confirmation(recipient, done[recipient.id]) if recipient.id in done else recipient for recipient in old
    ]
    if len(new) != len(old) or not all(map(_is_same, expected, new)):
        hint = "Write it with an editor: a line 'verified: 2027-08-20' in the entry."
        raise PetitionerError(f"{PATH} is written in a way that cannot be changed line by line.", hint)


def _apply_confirmation(recipient: Recipient, confirmation: Confirmation) -> Recipient:
    changes: dict[str, object] = {"verified": confirmation.on}
    if confirmation.source is not None:
        changes |= {"source": confirmation.source, "as_of": confirmation.on.isoformat() if recipient.as_of else None}
    if confirmation.head and recipient.head:
        changes["head"] = recipient.head.model_copy(update={"confirmed": confirmation.on})
    if confirmation.release_hold:
        changes["hold"] = None
    return recipient.model_copy(update=changes)


def _is_same(one: Recipient, other: Recipient) -> bool:
    return one.model_copy(update={"origin": other.origin, "left_out": other.left_out}) == other


def _read_confirmation(options: VerifyOptions, context: LogContext) -> Confirmation:
    day = context.today if options.on is None else read_day(options.on)
    if day > context.today:
        raise UsageError(f"{day} is still to come.", "Give the day when it was confirmed.")
    source = read_source(options.source)
    return Confirmation(day, source, head=options.head, release_hold=options.release_hold)


def _refuse_unasked(terminal: Terminal, options: VerifyOptions) -> None:
    if options.source is not None or options.on is not None or options.head or options.release_hold:
        hint = "Leave them out: petitioner recipients verify asks about each of them."
        raise UsageError("--source, --on, --head and --release-hold go with --confirmed.", hint)
    if not terminal.can_ask:
        hint = "Run it at a terminal. For a program: petitioner recipients verify --help"
        raise UsageError("There is no terminal to ask at.", hint)


def _ask_each(
    terminal: Terminal, context: LogContext, meant: Sequence[Recipient], confirmation: Confirmation
) -> dict[str, Confirmation]:
    """Ask about one entry after the other; each answer is written before the next question."""
    done: dict[str, Confirmation] = {}
    try:
        for place, recipient in enumerate(meant, start=1):
            terminal.say(f"{place} of {len(meant)}")
            show_entry(terminal, context, recipient)
            match _ask_if_correct(terminal):
                case "yes":
                    answer = _ask_details(terminal, recipient, confirmation)
                    write_confirmations(context.folder, [recipient], {recipient.id: answer})
                    done[recipient.id] = answer
                    terminal.say(f"{recipient.id}: confirmed {confirmation.on}, written to {PATH}.", style="green")
                case "no":
                    again = f"petitioner recipients verify {recipient.id}"
                    terminal.say(f"Correct it in an editor at {format_place(recipient)}, then: {again}")
                case _:
                    pass
    except QuitError:
        terminal.say("You quit. What was confirmed before is kept.")
    return done


def _ask_if_correct(terminal: Terminal) -> str:
    while True:
        answer = terminal.ask(_CHOICES).lower()
        if answer in _ANSWERS or answer in _ANSWERS.values():
            return _ANSWERS.get(answer, answer)
        terminal.say("Type y, n, s or q.")


def _ask_details(terminal: Terminal, recipient: Recipient, confirmation: Confirmation) -> Confirmation:
    head = bool(recipient.head) and terminal.ask_yes("Is the head of the mission confirmed too?")
    release = bool(recipient.hold) and terminal.ask_yes(f"Take the hold away ({recipient.hold})?")
    source = _ask_source(terminal)
    return replace(confirmation, source=source, head=head, release_hold=release)


def _ask_source(terminal: Terminal) -> str | None:
    while True:
        try:
            answer = terminal.ask("Source of this confirmation (Enter keeps the present one, q quits):")
            return read_source(answer, "The source")
        except UsageError as error:
            terminal.report_error(error)


def _require_head(confirmation: Confirmation, recipient: Recipient) -> Confirmation:
    if confirmation.head and recipient.head is None:
        raise UsageError(f"{recipient.id} has no head in {PATH} who could be confirmed.", "Leave --head out.")
    return confirmation


def _show_result(terminal: Terminal, context: LogContext, done: Mapping[str, Confirmation], *, as_json: bool) -> int:
    present, _ = read_recipients((context.folder / PATH).read_bytes())
    left = [recipient.id for recipient in present if list_doubts(context, recipient)]
    on_hold = [recipient.id for recipient in present if _is_on_hold(recipient)]
    if as_json:
        confirmed = [{"id": id_, "verified": confirmation.on.isoformat()} for id_, confirmation in done.items()]
        terminal.show_json({"confirmed": confirmed, "left": left})
    else:
        terminal.show(
            f"{len(done)} confirmed; {len(left)} still to be confirmed" + (f": {', '.join(left)}" if left else "")
        )
        if on_hold:
            terminal.show(f"{len(on_hold)} still on hold: {', '.join(on_hold)}")
    if left and not done:
        terminal.say_next("petitioner recipients verify")
    elif on_hold:
        again = f"petitioner recipients verify {' '.join(on_hold)}"
        terminal.say_next(again, "to take the hold away; nothing is sent to them until then")
    else:
        terminal.say_next("petitioner build", "" if left else "then approve")
    return ExitStatus.DONE


def _is_on_hold(recipient: Recipient) -> bool:
    return bool(recipient.hold) and recipient.is_written_to
