"""The page of a report: one HTML file with everything in it, and the same page as PDF/UA."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from markupsafe import Markup, escape

from petitioner.model.letter import LocalizedLine
from petitioner.model.theme import Theme
from petitioner.report.charts import Chart, draw_columns, draw_outcomes
from petitioner.report.content import Photograph, ReportContent
from petitioner.report.figures import Counts
from petitioner.report.letters import SENT_OUTCOMES, Outcome
from petitioner.report.pictures import Picture, shrink_photograph
from petitioner.report.places import choose_line
from petitioner.report.tables import Cell, Table
from petitioner.tables.locales import load_locales
from petitioner.templates.jinja import load_html_template

GENERATOR = "petitioner report"
"""The name of the program in a report's metadata, by which an earlier report is known."""

_GENERIC = "sans-serif"

_ONE_LETTER = re.compile(r"\b[^\W\d_]-\w+")
"""A word that begins with one letter and a hyphen, such as ``e-mail``."""


@dataclass(frozen=True, slots=True)
class ChartSection:
    """A heading, a note, and figures as a table; ``chart`` is None if it would not show more than the table."""

    heading: str
    note: str
    chart: Chart | None
    table: Table


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A row of the table by country; ``share`` and ``answered`` are the parts of its bar in percent."""

    cells: tuple[Cell, ...]
    share: float
    answered: float


@dataclass(frozen=True)
class ReportPage:
    """The parts of the page, as its template uses them."""

    content: ReportContent
    theme: Theme

    def render(self, *, for_pdf: bool = False) -> str:
        """Return the page as HTML, with its style sheets for browsers; ``for_pdf`` it has none."""
        return load_html_template("report.html", "report").render(
            page=self,
            content=self.content,
            say=self.content.words.say,
            keep_together=_keep_together,
            generator=GENERATOR,
            directions={tag: locale.direction.value for tag, locale in load_locales().items()},
            style="" if for_pdf else f"{self._write_fonts()}\n{_read('report.css')}\n{_read('screen.css')}",
        )

    def write_print_style(self) -> str:
        """Return the style sheet of the PDF, with the page, its margins and its number."""
        title = self.title.replace("\\", "").replace('"', "’")
        number = self.content.words.say("page", page='" counter(page) "', pages='" counter(pages) "')
        own = _read("print.css") % {"title": title, "number": number, "fonts": self.fonts}
        return f"{self._write_fonts()}\n{_read('report.css')}\n{own}"

    @property
    def fonts(self) -> str:
        """The fonts of the words, as a CSS list."""
        return ", ".join(f"'{family}'" for family in self.theme.fonts[self.content.wording].pdf)

    def _write_fonts(self) -> str:
        families = {tag: ", ".join(f"'{one}'" for one in fonts.pdf) for tag, fonts in self.theme.fonts.items()}
        languages = (f".lang-{tag} {{ font-family: {names}, {_GENERIC} }}" for tag, names in families.items())
        root = f":root {{ --accent: {self.theme.accent} }} html {{ font-family: {self.fonts}, {_GENERIC} }}"
        return "\n".join((root, *languages))

    @cached_property
    def title(self) -> str:
        """The title: what it is, and the years."""
        return f"{self.content.words.say('title')}, {self.years}"

    @property
    def sender(self) -> LocalizedLine:
        """The organisation that reports."""
        return choose_line(self.content.campaign.sender.name, self.content.language)

    @property
    def campaign(self) -> LocalizedLine:
        """The name of the campaign's day."""
        return choose_line(self.content.campaign.name, self.content.language)

    @property
    def letter_facts(self) -> tuple[tuple[str, tuple[LocalizedLine, ...]], ...]:
        """To whom the letters are addressed, and who signs with the sender; nothing in a report of other years."""
        campaign, language = self.content.campaign, self.content.language
        if self.content.figures.years != (campaign.id,):
            return ()
        title, name = (choose_line(texts, language) for texts in (campaign.addressee.title, campaign.addressee.name))
        cosigners = tuple(choose_line(one.name, language) for one in campaign.cosigners)
        facts = ((self.content.words.say("addressee"), (name, title)), (self.content.words.say("cosigners"), cosigners))
        return tuple((label, values) for label, values in facts if values)

    @property
    def years(self) -> str:
        """The year of the report, or the first and the last."""
        first, *_, last = (self.content.figures.years * 2) or ("", "")
        return first if first == last else self.content.words.say("years", first=first, last=last)

    @cached_property
    def totals(self) -> tuple[tuple[str, int], ...]:
        """The main figures with their names."""
        figures, say = self.content.figures, self.content.words.say
        outcomes = figures.outcomes
        return (
            (say("missions"), figures.missions),
            (say("countries"), len(figures.by_country)),
            (say("cities"), figures.cities),
            (say("letters"), figures.letters),
            (say("answered"), outcomes.get(Outcome.ANSWERED, 0)),
            (say("failed"), outcomes.get(Outcome.FAILED, 0)),
        )

    @property
    def has_answers(self) -> bool:
        """Whether any mission answered."""
        return bool(self.content.figures.outcomes.get(Outcome.ANSWERED))

    @cached_property
    def charts(self) -> tuple[ChartSection, ...]:
        """The charts: outcomes by year, by channel, and days until an answer."""
        figures, words = self.content.figures, self.content.words
        channels = {words.channels.get(name, name): counts for name, counts in figures.by_channel.items()}
        return (
            *self._draw_outcomes("by_year", "year", figures.by_year),
            *self._draw_outcomes("by_channel", "channel", channels),
            *self._draw_days(),
        )

    def _draw_outcomes(self, name: str, first: str, rows: Mapping[str, Counts]) -> tuple[ChartSection, ...]:
        if not rows:
            return ()
        words = self.content.words
        columns = (words.say(first), *(words.outcomes[one] for one in SENT_OUTCOMES), words.say("total"))
        cells: list[tuple[Cell, ...]] = [
            (row, *_list_counts(counts), sum(counts.values())) for row, counts in rows.items()
        ]
        parts = [number for counts in rows.values() for number in counts.values()]
        chart = draw_outcomes(rows, words.outcomes, self.fonts) if _needs_chart(parts) else None
        return (ChartSection(words.say(name), words.say(f"{name}_note"), chart, Table(columns, tuple(cells))),)

    def _draw_days(self) -> tuple[ChartSection, ...]:
        figures, say = self.content.figures, self.content.words.say
        if figures.median_days is None:
            return ()
        periods = {
            say("days_more", first=first - 1) if last is None else say("days_from_to", first=first, last=last): count
            for first, last, count in figures.count_days()
        }
        note = say("days_note", median=f"{figures.median_days:g}")
        table = Table((say("days"), say("answers_count")), tuple(periods.items()))
        chart = draw_columns(periods, self.fonts) if _needs_chart(periods.values()) else None
        return (ChartSection(say("days"), note, chart, table),)

    @cached_property
    def countries(self) -> tuple[tuple[str, ...], tuple[CountryRow, ...]]:
        """The columns and rows of the table by country, the country with the most missions first."""
        figures, words = self.content.figures, self.content.words
        names = (*map(words.say, ("country", "cities", "letters")), *(words.outcomes[one] for one in SENT_OUTCOMES))
        most = max((sum(one.outcomes.values()) for one in figures.by_country), default=1)
        rows = []
        for one in sorted(figures.by_country, key=lambda one: (-sum(one.outcomes.values()), one.code)):
            total = sum(one.outcomes.values())
            outcomes = _list_counts(one.outcomes)
            answered = 100 * outcomes[0] / most
            cells: tuple[Cell, ...] = (self.content.name_country(one.code), one.cities, one.letters, *outcomes, total)
            rows.append(CountryRow(cells, round(100 * total / most - answered, 2), round(answered, 2)))
        return (*names, words.say("missions")), tuple(rows)

    @cached_property
    def photographs(self) -> tuple[tuple[Photograph, Picture], ...]:
        """The photographs that can be shown, with their pictures."""
        pairs = ((one, self._read_picture(one)) for one in self.content.list_photographs())
        return tuple((one, picture) for one, picture in pairs if picture)

    @property
    def left_out(self) -> int:
        """How many photographs cannot be shown."""
        return len(self.content.list_photographs()) - len(self.photographs)

    def _read_picture(self, photograph: Photograph) -> Picture | None:
        content = photograph.log.read_file(photograph.sha256)
        return shrink_photograph(content) if content else None


def _list_counts(counts: Counts) -> tuple[int, ...]:
    """Return how many there are of each outcome of letters that were sent."""
    return tuple(counts.get(one, 0) for one in SENT_OUTCOMES)


def _needs_chart(numbers: Collection[int]) -> bool:
    """Whether a chart of some numbers shows more than the numbers do: one bar, or two of length 1, do not."""
    return sum(number > 0 for number in numbers) > 1 and sum(numbers) > 2  # noqa: PLR2004 - two of length 1


def _keep_together(value: str | int) -> Markup:
    """Return a value as HTML in which no line ends within a word such as ``e-mail``."""
    return Markup(_ONE_LETTER.sub(r'<span class="whole">\g<0></span>', str(escape(value))))  # noqa: S704 - escaped first


def _read(name: str) -> str:
    return (resources.files(__package__) / name).read_text("utf-8")
