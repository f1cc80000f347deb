"""How long ago a fact was found or confirmed, in words."""

from datetime import date

_IN_YEARS = 24  # months from which on years are counted
_IN_MONTHS = 62  # days from which on months are counted


def describe_age(day: str, today: date) -> str:
    """Describe how long ago a day, month or year was: ``2013-11`` becomes ``13 years ago``."""
    match [int(part) for part in day.split("-")]:
        case [year]:
            return _count_ago(today.year - year, "year") if year != today.year else "this year"
        case [year, month]:
            months = (today.year - year) * 12 + today.month - month
            return "this month" if months == 0 else _describe_months(months)
        case [year, month, number]:
            days = (today - date(year, month, number)).days
            if days == 0:
                return "today"
            months = (today.year - year) * 12 + today.month - month - (today.day < number)
            return _count_ago(days, "day") if days < _IN_MONTHS else _describe_months(months)
        case _:
            return ""


def _describe_months(months: int) -> str:
    return _count_ago(months // 12, "year") if months >= _IN_YEARS else _count_ago(months, "month")


def _count_ago(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'} ago"
