"""Findings on merged letters, before anything is set: one module a family. A new check is one line in a list below."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from petitioner.checks.enclosures import check_enclosures
from petitioner.checks.glyphs import check_glyphs
from petitioner.checks.pictures import check_pictures
from petitioner.checks.proof import Has, Proof
from petitioner.errors import Problem
from petitioner.locales import load_locales
from petitioner.model.letter import Letter
from petitioner.workspace import Workspace

LETTER_CHECKS: tuple[Callable[[Proof], Iterator[Problem]], ...] = (check_glyphs,)
"""What is found by reading one letter."""

WORKSPACE_CHECKS: tuple[Callable[[Workspace, date], Iterator[Problem]], ...] = (check_enclosures, check_pictures)
"""What is found by reading the records side by side; the date is the day of the check."""


def find_faults(workspace: Workspace, letters: Iterable[Letter], today: date, has: Has) -> Iterator[Problem]:
    """Every fault that a careful secretary would find in a workspace and its letters, each told once.

    ``today`` is the day of the check in the campaign's time zone; ``has`` knows the fonts.
    """
    problems: dict[Problem, None] = {}
    for check in WORKSPACE_CHECKS:
        problems |= dict.fromkeys(check(workspace, today))
    for proof in _make_proofs(workspace, letters, today, has):
        for inspect in LETTER_CHECKS:
            problems |= dict.fromkeys(inspect(proof))
    yield from problems


def _make_proofs(workspace: Workspace, letters: Iterable[Letter], today: date, has: Has) -> Iterator[Proof]:
    campaign, locales = workspace.campaign, load_locales()
    if campaign is None:
        return
    people = {recipient.id: recipient for recipient in workspace.recipients}
    shared = {f"{workspace.home}/{name}": text for name, text in workspace.shared.items()}
    for letter in letters:
        template, locale = workspace.templates[letter.stem, letter.language], locales[letter.language]
        yield Proof(letter, template, people[letter.recipient], campaign, locale, shared, today, has)
