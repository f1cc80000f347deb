"""What a report shows, as tables and lists of words, in the order of the page."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import starmap

from petitioner.log.events import Document, Event
from petitioner.log.evidence import EVIDENCE
from petitioner.log.states.packets import effective_events
from petitioner.model.letter import LocalizedLine
from petitioner.model.recipient import Campaign, Recipient
from petitioner.report.figures import Figures, count_figures
from petitioner.report.joining import JoinedLogs, VerifiedLog
from petitioner.report.letters import Letter, MissionYear, Outcome, group_by_mission, is_chosen, list_letters
from petitioner.report.places import Mission, list_missions, name_country
from petitioner.report.tables import Cell, Table
from petitioner.report.words import ReportWords
from petitioner.tables.locales import format_day, load_locales

_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif", "image/bmp"})
_YEAR = 365  # days, as confirmations count


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph of an event, with the mission and a caption; ``log`` has the file with the hash ``sha256``."""

    mission: Mission
    caption: str
    log: VerifiedLog
    sha256: str


@dataclass(frozen=True)
class ReportContent:
    """Everything that a report is made from.

    ``campaigns`` are the names of those reported, such as 2027; None means all. ``wording`` is the language of the
    words, ``language`` the one wanted for names. A public report gets logs and ``recipients`` without private parts.
    """

    joined: JoinedLogs
    recipients: tuple[Recipient, ...]
    campaign: Campaign
    campaigns: Collection[str] | None
    words: ReportWords
    wording: str
    language: str
    is_public: bool = False

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """All letters of the campaigns."""
        return list_letters(self.joined.logs, self.campaigns)

    @cached_property
    def mission_years(self) -> tuple[MissionYear, ...]:
        """The letters of each mission and year."""
        return group_by_mission(self.letters)

    @cached_property
    def missions(self) -> Mapping[str, Mission]:
        """All missions by their ids."""
        found = list_missions(self.letters, self.recipients, self.language)
        unnamed = LocalizedLine(self.words.say("unnamed"), self.wording)
        return {id_: one if one.name.text else replace(one, name=unnamed) for id_, one in found.items()}

    @cached_property
    def figures(self) -> Figures:
        """The figures of the report."""
        missions = self.missions
        return count_figures(self.mission_years, lambda id_: missions[id_].country, lambda id_: missions[id_].city.text)

    @cached_property
    def day(self) -> date:
        """The day of the last entry of all logs, in the time zone of the campaign; the clock is not used."""
        return max(self.campaign.day_at(log.events[-1].recorded_at) for log in self.joined.logs)

    def write_day(self, day: date | None) -> str:
        """Return a day in the words of the report, or nothing."""
        return _write_day(self.wording, day) if day else ""

    def _make_day_cell(self, day: date | None) -> str:
        """Return a day that is not broken into lines."""
        return self.write_day(day).replace(" ", "\u00a0")

    def name_country(self, code: str) -> str:
        """Return the name of a country, also of an unknown one."""
        return name_country(code, self.wording) if code else self.words.say("unknown_country")

    @property
    def has_several_years(self) -> bool:
        """Whether there is more than one year, so that the year must be named."""
        return len(self.figures.years) > 1

    def list_not_written(self) -> tuple[LocalizedLine, ...]:
        """Return the missions that are to be written to in the present campaign, and were not."""
        year = self.campaign.id
        if year not in self.figures.years:
            return ()
        written = {one.recipient for one in self.mission_years if one.year == year and one.outcome != Outcome.UNSENT}
        return tuple(
            self.missions[record.id].name
            for record in self.recipients
            if record.is_written_to and record.name and record.id not in written
        )

    def group_by_country(self) -> Iterator[tuple[str, Table]]:
        """Yield each country with a table of the letters that were sent to it, or may have been."""
        rows: dict[str, list[tuple[Cell, ...]]] = {}
        for one, letter in self._list_in_order():
            if letter.outcome is not Outcome.UNSENT:
                name = self.name_country(self.missions[one.recipient].country)
                rows.setdefault(name, []).append(self._make_letter_row(one, letter))
        return ((name, Table(self._name_columns(), tuple(held))) for name, held in rows.items())

    def list_unsent(self) -> Table:
        """Return the letters that were prepared and not sent."""
        unsent = [pair for pair in self._list_in_order() if pair[1].outcome is Outcome.UNSENT]
        return Table(self._name_columns(), tuple(starmap(self._make_letter_row, unsent))).leave_out_empty_columns()

    def _list_in_order(self) -> Iterator[tuple[MissionYear, Letter]]:
        ordered = sorted(self.mission_years, key=self._rank_mission)
        return ((one, letter) for one in ordered for letter in one.letters)

    def _rank_mission(self, one: MissionYear) -> tuple[bool, str, str, str, str]:
        mission = self.missions[one.recipient]
        country = self.name_country(mission.country)
        return not mission.country, country, mission.city.text, mission.id, one.year

    def _name_columns(self) -> tuple[str, ...]:
        names = ("city", "mission", *(("year",) if self.has_several_years else ()), "channel", "sent", "outcome")
        return tuple(map(self.words.say, names))

    def _make_letter_row(self, one: MissionYear, letter: Letter) -> tuple[Cell, ...]:
        mission = self.missions[one.recipient]
        year = (one.year,) if self.has_several_years else ()
        sent = self._make_day_cell(letter.sent_on) if letter.outcome is not Outcome.UNSENT else ""
        return mission.city, mission.name, *year, self._name_channel(letter), sent, self._describe(letter)

    def _name_channel(self, letter: Letter) -> str:
        key, say = letter.key, self.words.say
        numbers = (
            say("edition", number=key.edition) if key.edition > 1 else "",
            say("attempt", number=key.attempt) if key.attempt > 1 else "",
        )
        return ", ".join(filter(None, (self.words.channels.get(key.channel, key.channel), *numbers)))

    def _describe(self, letter: Letter) -> str:
        """Return the outcome of a letter: ``answered on 4 October 2027``, with what else may be shown."""
        since = letter.packet.since
        state = self.words.states[letter.packet.state]
        day = since.happened_on
        is_same = day == letter.sent_on and letter.outcome is Outcome.SENT
        done = state if is_same or letter.outcome is Outcome.UNSENT else self._say_on(state, day)
        details = since.details
        met = self.words.say("met", who=details.met) if details.met else ""
        number = letter.sending.details.tracking if letter.sending else None
        tracking = self.words.say("tracking", number=number) if number else ""
        return "; ".join(filter(None, (done, tracking, met, _join_lines(details.note or ""))))

    def _say_on(self, what: str, day: date) -> str:
        return self.words.say("on", what=what, day=self.write_day(day))

    def list_answers(self) -> Table:
        """Return the answers in the order of their days."""
        say = self.words.say
        own = () if self.is_public else (say("note"), say("files"))
        columns = (say("city"), say("mission"), say("sent"), say("answered_on"), say("days_after"), *own)
        answered = [(one, one.answer) for one in self.mission_years if one.answer]
        ordered = sorted(answered, key=lambda pair: (pair[1].happened_on, pair[0].recipient))
        rows = tuple(self._make_answer_row(one, event) for one, event in ordered)
        return Table(columns, rows).leave_out_empty_columns()

    def _make_answer_row(self, one: MissionYear, event: Event) -> tuple[Cell, ...]:
        mission = self.missions[one.recipient]
        files = ", ".join(document.name for document in event.documents)
        own = () if self.is_public else (_join_lines(event.details.note or ""), files)
        days = "" if one.days is None else one.days
        sent, answered = self._make_day_cell(one.sent_on), self._make_day_cell(event.happened_on)
        return mission.city, mission.name, sent, answered, days, *own

    def list_photographs(self) -> tuple[Photograph, ...]:
        """Return the photographs of the campaigns' events that count, in the order of their days."""
        found = (
            (event.happened_on, event.recipient, self._make_photograph(event, document, log))
            for log in self.joined.logs
            for event in effective_events(log.events)
            if is_chosen(event, self.campaigns) and event.recipient in self.missions
            for document in event.documents
            if document.role == EVIDENCE and document.media_type in _SHOWN
        )
        ordered = sorted(found, key=lambda one: one[:2])
        return tuple({one.sha256: one for _, _, one in reversed(ordered)}.values())[::-1]

    def _make_photograph(self, event: Event, document: Document, log: VerifiedLog) -> Photograph:
        what, day = self.words.states.get(event.kind, ""), event.happened_on
        caption = self._say_on(what, day) if what else self.write_day(day)
        return Photograph(self.missions[event.recipient], caption, log, document.sha256)

    def list_addresses(self) -> Table:
        """Return the sources and ages of the addresses in recipients.yaml."""
        say = self.words.say
        own = () if self.is_public else (say("address"),)
        columns = (say("city"), say("mission"), *own, say("source"), say("as_of"), say("verified"))
        records = [one for one in self.recipients if one.name and not one.closed]
        return Table(columns, tuple(map(self._make_address_row, records))).leave_out_empty_columns()

    def _make_address_row(self, record: Recipient) -> tuple[Cell, ...]:
        mission = self.missions[record.id]
        confirmed = self.write_day(record.verified) or self.words.say("never")
        own = () if self.is_public else (_write_address(record),)
        return mission.city, mission.name, *own, record.source or "", record.as_of or "", confirmed

    def count_confirmed(self) -> int:
        """Count the addresses that a person confirmed in the year before the report's day."""
        days = (one.verified for one in self.recipients if one.verified and not one.closed)
        return sum(0 <= (self.day - day).days <= _YEAR for day in days)

    def list_overlaps(self) -> Iterator[tuple[str, Sequence[LocalizedLine], str]]:
        """Yield year, missions and logs of each overlap of the campaigns."""
        for one in self.joined.overlaps:
            years = None if self.campaigns is None else {name.partition("-")[0] for name in self.campaigns}
            if years is None or one.campaign in years:
                yield one.campaign, [self.missions[id_].name for id_ in one.recipients], ", ".join(one.logs)


@cache
def _write_day(language: str, day: date) -> str:
    return format_day(load_locales()[language], day)


def _write_address(record: Recipient) -> LocalizedLine:
    """Return everything by which a mission can be reached, in one line."""
    language = next(iter(record.address.lines), "")
    lines = (*record.address.lines.get(language, ()), *record.email, record.telephone)
    return LocalizedLine(", ".join(filter(None, lines)), language)


def _join_lines(text: str) -> str:
    return " ".join(text.split())
