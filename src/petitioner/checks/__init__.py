"""Findings on merged letters, before anything is set: one module a family. A new check is one line in a list below."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby

from petitioner.checks.attached.enclosures import check_enclosures
from petitioner.checks.attached.pictures import check_pictures
from petitioner.checks.dates import check_campaign_dates, check_dates
from petitioner.checks.facts import check_facts, check_offices
from petitioner.checks.proof import Has, Proof
from petitioner.checks.records.addresses import check_addresses
from petitioner.checks.records.contacts import check_contacts
from petitioner.checks.records.duplicates import check_duplicates
from petitioner.checks.records.provenance import check_provenance
from petitioner.checks.records.siblings import check_siblings
from petitioner.checks.records.values import check_values
from petitioner.checks.versions import check_versions
from petitioner.checks.words.forms import check_pairs, check_salutation
from petitioner.checks.words.glyphs import check_glyphs
from petitioner.checks.words.language import check_copies, check_language
from petitioner.checks.words.marks import check_marks, check_wrapped_values
from petitioner.checks.words.placeholders import check_placeholders
from petitioner.checks.words.respect import check_honorifics, check_names
from petitioner.checks.words.script import check_script
from petitioner.checks.words.signs import check_idle_marks, check_likenesses
from petitioner.errors import Problem
from petitioner.locales import load_locales
from petitioner.model.letter import Letter
from petitioner.workspace import Workspace

PAPER_CHECKS: tuple[Callable[[Proof], Iterator[Problem]], ...] = (check_glyphs, check_likenesses, check_idle_marks)
"""What is found by reading one letter that is set as a PDF, with the fonts that are named for it."""

LETTER_CHECKS: tuple[Callable[[Proof], Iterator[Problem]], ...] = (
    check_language,
    check_pairs,
    check_salutation,
    check_honorifics,
    check_names,
    check_script,
    check_marks,
    check_placeholders,
    check_dates,
    check_facts,
)
"""What is found by reading one letter, on paper or as the covering note of an e-mail."""

VERSION_CHECKS: tuple[Callable[[tuple[Proof, ...]], Iterator[Problem]], ...] = (check_versions,)
"""What is found by laying the languages of one letter to one recipient side by side."""

WORKSPACE_CHECKS: tuple[Callable[[Workspace, date], Iterator[Problem]], ...] = (
    check_addresses,
    check_campaign_dates,
    check_contacts,
    check_copies,
    check_duplicates,
    check_enclosures,
    check_offices,
    check_pictures,
    check_provenance,
    check_siblings,
    check_values,
    check_wrapped_values,
)
"""What is found by reading the records side by side; the date is the day of the check."""


def find_faults(workspace: Workspace, letters: Iterable[Letter], today: date, has: Has) -> Iterator[Problem]:
    """Every fault that a careful secretary would find in a workspace and its letters, each told once.

    ``today`` is the day of the check in the campaign's time zone; ``has`` knows the fonts.
    """
    problems: dict[Problem, None] = {}
    for check in WORKSPACE_CHECKS:
        problems |= dict.fromkeys(check(workspace, today))
    proofs = _make_proofs(workspace, letters, today, has)
    for _, versions in groupby(proofs, key=lambda proof: (proof.letter.recipient, proof.letter.stem)):
        together = tuple(versions)
        for proof in together:
            for inspect in (*(PAPER_CHECKS if proof.is_on_paper else ()), *LETTER_CHECKS):
                problems |= dict.fromkeys(inspect(proof))
        for compare in VERSION_CHECKS:
            problems |= dict.fromkeys(compare(together))
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
