"""``petitioner print --mail-by``: the last day to post each letter."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from petitioner.commands.log_context import open_log, read_log
from petitioner.errors import PetitionerError
from petitioner.inputs.selection import Selection, choose_recipients
from petitioner.log.context import LogContext
from petitioner.log.states.attention import is_near
from petitioner.log.states.packets import State
from petitioner.log.states.recipient_status import RecipientStatus, list_recipient_statuses
from petitioner.model.recipient import Channel
from petitioner.model.types import choose_text
from petitioner.tables.locales import list_country_names
from petitioner.tables.postage import load_postage
from petitioner.tables.postage.posting_days import Deadline, Holiday, PostalRoute, find_deadline, list_classes_in_time
from petitioner.terminal import Terminal

Key = TypeVar("Key")

_MOST_CLASSES = 3  # so many classes that are equally fast are named where time is short
_COLUMNS = ("recipient", "name", "goes as", "post by", "takes", "")


@dataclass(frozen=True, slots=True)
class LetterDeadline:
    """A letter still to leave by ``channel`` from ``country``; ``left`` are the classes of mail still in time.

    For a delivery by hand, ``deadline.post_by`` is the last day on which the mission is open.
    """

    id: str
    name: str
    channel: str
    country: str
    deadline: Deadline
    left: tuple[Deadline, ...]


def list_deadlines(context: LogContext, statuses: Iterable[RecipientStatus]) -> tuple[LetterDeadline, ...]:
    """List every letter on paper that is still to leave, in the order of recipients.yaml."""
    return tuple(
        _find_letter_deadline(status, status.record.country, channel, context)
        for status in statuses
        for channel in status.open_channels
        if status.record and channel in (Channel.POST, Channel.HAND)
    )


def format_first_deadline(context: LogContext, statuses: Iterable[RecipientStatus]) -> str:
    """Return the last day to post the first letter, in a line; empty when it is far off, past, or no letter waits."""
    waiting = [status for status in statuses if Channel.POST in status.open_channels]
    if not waiting or not is_near(context):
        return ""
    days = [letter.deadline.post_by for letter in list_deadlines(context, waiting) if letter.channel == Channel.POST]
    verb = "had" if min(days) < context.today else "has"
    return f"The first letter {verb} to be posted by {format_day(min(days))}: petitioner print --mail-by"


def format_class(country: str, name: str | None) -> str:
    """Name a class of mail in English and in the words of its own post: ``express letter (速達)``."""
    book = load_postage().get(country)
    found = book.classes.get(name) if book and name else None
    if found is None:
        return name or "letter"
    first, *others = dict.fromkeys((choose_text(found.name), *found.name.values()))
    return f"{first} ({', '.join(others)})" if others else first


def format_day(day: date) -> str:
    """Format a day with its weekday: ``Friday 24 September 2027``."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _find_letter_deadline(status: RecipientStatus, country: str, channel: str, context: LogContext) -> LetterDeadline:
    campaign, day = context.campaign, context.campaign.day
    hosts = (campaign.addressee.country,) if campaign.addressee.country else ()
    mail_class = campaign.post.mail_class if channel == Channel.POST else None
    route = PostalRoute(campaign.sender.country, country, hosts, mail_class)
    if channel == Channel.HAND:
        there = route.door.go_back(day)
        deadline = Deadline(None, there, there, 0, counts_working_days=False, holidays=())
        return LetterDeadline(status.id, status.short_name, channel, route.country, deadline, ())
    left = list_classes_in_time(route, day, context.today)
    return LetterDeadline(status.id, status.short_name, channel, route.country, find_deadline(route, day), left)


def show_mail_by(terminal: Terminal, context: LogContext, selection: Selection, *, as_json: bool = False) -> int:
    """Show for each mission that still gets a letter on paper when it must be posted or handed over.

    Raises ``PetitionerError`` when no letter is left, ``UsageError`` for unknown ids.
    """
    if context.campaign.date > context.campaign.day:
        hint = "Post them as soon as they are printed: petitioner print"
        raise PetitionerError(f"These letters are dated after the day, {context.campaign.day}.", hint)
    chosen = {recipient.id for recipient, _ in choose_recipients(selection, context.recipients)}
    events = read_log(terminal, open_log(terminal, context.folder, context.recipients))
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    deadlines = list_deadlines(context, (status for status in statuses if status.id in chosen))
    letters = tuple(letter for letter in deadlines if selection.includes_channel(letter.channel))
    if not letters:
        hint = "A letter on paper needs the channel 'post' or 'hand' in recipients.yaml."
        raise PetitionerError("Nobody is left who was chosen and gets a letter on paper.", hint)
    if as_json:
        terminal.show_json(_serialize_deadlines(context, letters))
    else:
        _show_deadlines(terminal, context, letters)
    printed = {
        (one.id, packet.key.channel) for one in statuses for packet in one.packets if packet.state is State.PRINTED
    }
    _say_next(terminal, letters, printed)
    return 0


def _show_deadlines(terminal: Terminal, context: LogContext, letters: Sequence[LetterDeadline]) -> None:
    terminal.show(f"To be there on or before {format_day(context.campaign.day)}:", style="bold")
    terminal.show()
    terminal.show_table(_COLUMNS, (_make_row(letter, context.today) for letter in letters))
    terminal.show()
    for words in _format_closed_missions(letters, context.campaign.day):
        terminal.show(words)
    for holiday, countries in _list_holidays(letters):
        terminal.show(f"In between, {format_day(holiday.day)} is {holiday.name} in {' and '.join(countries)}.")
    for name in sorted(
        {format_class(t.country, t.deadline.mail_class) for t in letters if t.deadline.counts_working_days}
    ):
        terminal.show(
            f"For {name} only working days are counted: it does not travel, or is not delivered, on free days."
        )
    for words in dict.fromkeys(letter.deadline.remark for letter in letters if letter.deadline.remark):
        terminal.show(f"Note: {words}.")
    for group in _group_late(letters, context.today):
        terminal.show(group, style="bold yellow")
    for words in _format_last_collection(letters, context.today):
        terminal.show(words, style="bold yellow")
    terminal.show("Days in transit are the longest that is usual, and no promise of any post.")


def _make_row(letter: LetterDeadline, today: date) -> tuple[str, ...]:
    deadline = letter.deadline
    late = "past" if deadline.post_by < today else "today" if deadline.post_by == today else ""
    if letter.channel == Channel.HAND:
        return letter.id, letter.name, "by hand", format_day(deadline.arrives), "", late
    takes = f"{deadline.days} {'working ' if deadline.counts_working_days else ''}days"
    return (
        letter.id,
        letter.name,
        format_class(letter.country, deadline.mail_class),
        format_day(deadline.post_by),
        takes,
        late,
    )


def _format_closed_missions(letters: Iterable[LetterDeadline], day: date) -> list[str]:
    """Return a sentence for the missions that are closed on the day itself, for each last open day before it."""
    groups = _group_ids((letter.deadline.arrives, letter.id) for letter in letters if letter.deadline.arrives < day)
    sentence = "closed on the day itself, so it has to be there by"
    return [f"{', '.join(dict.fromkeys(ids))}: {sentence} {format_day(open_)}." for open_, ids in groups.items()]


def _list_holidays(letters: Iterable[LetterDeadline]) -> list[tuple[Holiday, list[str]]]:
    """Return each holiday before the letters arrive, once and in order, with the countries that have it."""
    found: dict[tuple[date, str], tuple[Holiday, list[str]]] = {}
    for letter in letters:
        for holiday in letter.deadline.holidays:
            _, countries = found.setdefault((holiday.day, holiday.name), (holiday, []))
            name = list_country_names().get(holiday.country, (holiday.country,))[0]
            countries += [name] if name not in countries else []
    return [found[key] for key in sorted(found)]


def _group_late(letters: Iterable[LetterDeadline], today: date) -> list[str]:
    """List the options left for letters whose day to post is past, grouped."""
    groups = _group_ids(
        (_format_remaining_options(letter, today), letter.id) for letter in letters if letter.deadline.post_by < today
    )
    return [f"Past for {', '.join(ids)}: {words}" for words, ids in groups.items()]


def _format_last_collection(letters: Iterable[LetterDeadline], today: date) -> list[str]:
    """List the options left for letters to be posted today, after the last collection, grouped."""
    missed = [letter for letter in letters if letter.channel == Channel.POST and letter.deadline.post_by == today]
    left = (replace(letter, left=tuple(one for one in letter.left if one.post_by > today)) for letter in missed)
    groups = _group_ids((_format_remaining_options(letter, today + timedelta(days=1)), letter.id) for letter in left)
    sentence = "What misses today's last collection counts as posted on another day"
    return [f"{sentence}; then for {', '.join(ids)}: {words}." for words, ids in groups.items()]


def _group_ids(pairs: Iterable[tuple[Key, str]]) -> dict[Key, list[str]]:
    """Group the ids by their keys, in order."""
    groups: dict[Key, list[str]] = {}
    for key, id_ in pairs:
        groups.setdefault(key, []).append(id_)
    return groups


def _format_remaining_options(letter: LetterDeadline, today: date) -> str:
    hand = f"hand it over by {format_day(letter.deadline.arrives)}" if letter.deadline.arrives >= today else ""
    fastest = letter.left[0] if letter.left else None
    if fastest is None:
        return hand or "it cannot arrive in time; it is late, but still worth sending"
    names = [format_class(letter.country, one.mail_class) for one in letter.left if one.post_by == fastest.post_by]
    return f"post it as {', '.join(names[:_MOST_CLASSES])} by {format_day(fastest.post_by)}" + (
        f", or {hand}" if hand else ""
    )


def _say_next(terminal: Terminal, letters: Sequence[LetterDeadline], printed: Collection[tuple[str, str]]) -> None:
    if any((letter.id, letter.channel) not in printed for letter in letters):
        terminal.say_next("petitioner", "what comes before posting")
    elif any(letter.channel == Channel.POST for letter in letters):
        terminal.say_next("petitioner log add posted --scan", "as soon as they are in the post")
    else:
        terminal.say_next("petitioner print deliveries", "a sheet for the person who hands them over")


def _serialize_deadlines(context: LogContext, letters: Iterable[LetterDeadline]) -> dict[str, object]:
    return {
        "campaign": context.campaign.id,
        "day": context.campaign.day.isoformat(),
        "today": context.today.isoformat(),
        "recipients": [_serialize_letter(letter, context.today) for letter in letters],
    }


def _serialize_letter(letter: LetterDeadline, today: date) -> dict[str, object]:
    is_by_hand = letter.channel == Channel.HAND
    return {
        "id": letter.id,
        "channel": letter.channel,
        **_serialize_deadline(letter.deadline),
        "post_by": None if is_by_hand else letter.deadline.post_by.isoformat(),
        "is_past": letter.deadline.post_by < today,
        "holidays": [
            {"day": one.day.isoformat(), "country": one.country, "name": one.name} for one in letter.deadline.holidays
        ],
        "remark": letter.deadline.remark or None,
        "ways_left": [] if is_by_hand else [_serialize_deadline(one) for one in letter.left],
    }


def _serialize_deadline(deadline: Deadline) -> dict[str, object]:
    return {
        "mail_class": deadline.mail_class,
        "post_by": deadline.post_by.isoformat(),
        "arrives": deadline.arrives.isoformat(),
        "days": deadline.days,
        "counts_working_days": deadline.counts_working_days,
    }
