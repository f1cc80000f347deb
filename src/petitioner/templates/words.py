"""The values of a template that are more than plain text: those left out, and those with forms by case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from petitioner.model.types import Case
from petitioner.templates.jinja_extensions import UnprintableError


@dataclass(frozen=True, slots=True)
class Unset:
    """An optional value that was left out: it is false in a condition, and printing it is an error."""

    name: str

    def __bool__(self) -> bool:
        return False


class Inflected(str):
    """A text in the nominative, with its ``forms`` in other cases. ``name`` is what a template calls it."""

    __slots__ = ("forms", "name")

    forms: Mapping[Case, str]
    name: str

    def __new__(cls, text: str, name: str, forms: Mapping[Case, str]) -> Self:
        """Return the text with its forms."""
        made = super().__new__(cls, text)
        made.name, made.forms = name, forms
        return made


def make_case_filters() -> dict[str, Callable[[object], object]]:
    """Return one filter for each case, by its name: ``{{ addressee.title | dative }}``."""
    return {case.value: _make_filter(case) for case in Case}


def _make_filter(case: Case) -> Callable[[object], object]:
    def inflect(value: object) -> object:
        """Return the form of a value in the case; one that was left out stays so."""
        if isinstance(value, Unset):
            return value
        if isinstance(value, Inflected):
            return value.forms.get(case) or Unset(f"{value.name} | {case}")
        raise UnprintableError(f"'{value}' has no {case}", "Write the word itself, or give the form under 'cases:'.")

    return inflect
