"""Count the missions and letters of a report."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from petitioner.log.kinds import CHANNELS
from petitioner.report.letters import Letter, MissionYear, Outcome, choose_best, keep_sent

Counts = Mapping[Outcome, int]
"""The number of each outcome, without outcomes that do not occur."""

DAY_LIMITS = (7, 14, 30, 60, 90)
"""The last days of the periods in the chart of days until an answer; one more period has no end."""


@dataclass(frozen=True, slots=True)
class CountryFigures:
    """The figures of one country; ``code`` is empty if the country is not known. ``cities`` are counted."""

    code: str
    cities: int
    missions: int
    letters: int
    outcomes: Counts


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a report. A letter counts once, and a mission once in each year of ``by_year``.

    Elsewhere a mission counts once over all years, with its best outcome. ``unsent`` letters are in no other figure.
    ``days`` until an answer are sorted.
    """

    years: tuple[str, ...]
    missions: int
    cities: int
    letters: int
    unsent: int
    outcomes: Counts
    by_year: Mapping[str, Counts]
    by_channel: Mapping[str, Counts]
    by_country: tuple[CountryFigures, ...]
    days: tuple[int, ...]

    @property
    def median_days(self) -> float | None:
        """The median of the days until an answer, or None without answers."""
        return float(median(self.days)) if self.days else None

    def count_days(self) -> tuple[tuple[int, int | None, int], ...]:
        """Return the first and last day of each period, and the number of answers in it."""
        starts = (0, *(limit + 1 for limit in DAY_LIMITS))
        ends = (*DAY_LIMITS, None)
        return tuple(
            (first, last, sum(first <= days and (last is None or days <= last) for days in self.days))
            for first, last in zip(starts, ends, strict=True)
        )


def count_figures(
    missions: Sequence[MissionYear], find_country: Callable[[str], str], find_city: Callable[[str], str]
) -> Figures:
    """Count the figures. The functions return country and city of a recipient by its id, or an empty text."""
    sent = tuple(keep_sent(missions))
    letters = [letter for mission in missions for letter in mission.letters]
    really_sent = [letter for letter in letters if letter.outcome is not Outcome.UNSENT]
    best = _find_best(sent)
    return Figures(
        years=tuple(sorted({mission.year for mission in missions})),
        missions=len(best),
        cities=len({(find_country(id_), find_city(id_)) for id_ in best if find_city(id_)}),
        letters=len(really_sent),
        unsent=len(letters) - len(really_sent),
        outcomes=Counter(best.values()),
        by_year=_group_outcomes(sent, lambda mission: mission.year),
        by_channel=_count_channels(really_sent),
        by_country=tuple(_count_countries(sent, find_country, find_city)),
        days=tuple(sorted(mission.days for mission in sent if mission.days is not None)),
    )


def _group_outcomes(missions: Iterable[MissionYear], name: Callable[[MissionYear], str]) -> Mapping[str, Counts]:
    groups: dict[str, Counter[Outcome]] = {}
    for mission in missions:
        groups.setdefault(name(mission), Counter())[mission.outcome] += 1
    return {key: groups[key] for key in sorted(groups)}


def _count_channels(letters: Sequence[Letter]) -> Mapping[str, Counts]:
    counts = {channel: Counter(one.outcome for one in letters if one.key.channel == channel) for channel in CHANNELS}
    return {str(channel): count for channel, count in counts.items() if count}


def _count_countries(
    missions: Sequence[MissionYear], find_country: Callable[[str], str], find_city: Callable[[str], str]
) -> Iterable[CountryFigures]:
    groups: dict[str, list[MissionYear]] = {}
    for mission in missions:
        groups.setdefault(find_country(mission.recipient), []).append(mission)
    for code, held in sorted(groups.items()):
        letters = sum(one.outcome is not Outcome.UNSENT for mission in held for one in mission.letters)
        best = _find_best(held)
        yield CountryFigures(
            code, len(set(filter(None, map(find_city, best)))), len(best), letters, Counter(best.values())
        )


def _find_best(missions: Iterable[MissionYear]) -> Mapping[str, Outcome]:
    """Return the best outcome of each recipient over all years."""
    best: dict[str, Outcome] = {}
    for mission in missions:
        best[mission.recipient] = choose_best((mission.outcome, best.get(mission.recipient, mission.outcome)))
    return best


def serialize_figures(figures: Figures) -> dict[str, object]:
    """Return the figures for ``--json``; outcomes without any are 0."""
    return {
        "years": list(figures.years),
        "missions": figures.missions,
        "cities": figures.cities,
        "letters": figures.letters,
        "not_sent": figures.unsent,
        "by_year": [{"year": year, **_fill(counts)} for year, counts in figures.by_year.items()],
        "by_channel": [{"channel": channel, **_fill(counts)} for channel, counts in figures.by_channel.items()],
        "by_country": [
            {
                "country": one.code or None,
                "cities": one.cities,
                "missions": one.missions,
                "letters": one.letters,
                **_fill(one.outcomes),
            }
            for one in figures.by_country
        ],
        "days_to_answer": list(figures.days),
    }


def _fill(counts: Counts) -> dict[str, int]:
    return {str(outcome): counts.get(outcome, 0) for outcome in Outcome if outcome is not Outcome.UNSENT}
