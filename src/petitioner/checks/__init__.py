"""Checks of merged letters, before any page is made. A new check is one line in a list below."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from petitioner.checks.attached import check_enclosures, check_pictures
from petitioner.checks.dates import check_campaign_dates, check_dates
from petitioner.checks.facts import check_facts, check_offices
from petitioner.checks.letter_text import FontCoverage, LetterText
from petitioner.checks.records.addresses import check_addresses, check_own_language
from petitioner.checks.records.contacts import check_contacts
from petitioner.checks.records.house_numbers import check_house_numbers
from petitioner.checks.records.places import check_places
from petitioner.checks.records.siblings import check_duplicates, check_outliers
from petitioner.checks.records.values import check_confirmation_dates, check_values
from petitioner.checks.versions import check_versions
from petitioner.checks.words.characters import check_glyphs, check_idle_characters, check_same_glyphs
from petitioner.checks.words.forms import (
    check_addressee,
    check_given_names,
    check_honorifics,
    check_opening_and_closing,
    check_placeholders,
    check_salutation,
)
from petitioner.checks.words.language import check_copied_texts, check_language
from petitioner.checks.words.particles import check_particles
from petitioner.checks.words.punctuation import check_punctuation, check_quoted_values
from petitioner.checks.words.script import check_script
from petitioner.errors import Problem
from petitioner.inputs import recipients
from petitioner.inputs.letters import NOTE
from petitioner.inputs.workspace import Workspace
from petitioner.model.letter import Letter
from petitioner.tables.locales import load_locales
from petitioner.templates.merge import LetterDraft

PAPER_CHECKS: tuple[Callable[[LetterText], Iterator[Problem]], ...] = (
    check_glyphs,
    check_same_glyphs,
    check_idle_characters,
)
"""Checks of one letter that is made as a PDF, with its fonts."""

LETTER_CHECKS: tuple[Callable[[LetterText], Iterator[Problem]], ...] = (
    check_language,
    check_opening_and_closing,
    check_salutation,
    check_addressee,
    check_honorifics,
    check_given_names,
    check_script,
    check_punctuation,
    check_particles,
    check_placeholders,
    check_dates,
    check_facts,
)
"""Checks of one letter, on paper or as the covering note of an e-mail."""

NEEDED_RECORDS: Mapping[Callable[[LetterText], Iterator[Problem]], frozenset[str]] = {
    check_addressee: frozenset({"addressee"}),
    check_honorifics: frozenset({"addressee", recipients.PATH}),
    check_given_names: frozenset({"addressee", recipients.PATH}),
    check_script: frozenset({"addressee", "sender", "signatories", recipients.PATH}),
    check_particles: frozenset({"name", "addressee", "sender", recipients.PATH}),
    check_dates: frozenset({"name", "day", "date", "addressee", recipients.PATH}),
    check_facts: frozenset({"day", "addressee"}),
}
"""The parts of the records that a check needs; without them it is skipped."""

VERSION_CHECKS: tuple[Callable[[tuple[LetterText, ...]], Iterator[Problem]], ...] = (check_versions,)
"""Checks that compare the languages of one letter to one recipient."""

WORKSPACE_CHECKS: tuple[Callable[[Workspace, date], Iterator[Problem]], ...] = (
    check_addresses,
    check_campaign_dates,
    check_contacts,
    check_copied_texts,
    check_duplicates,
    check_enclosures,
    check_offices,
    check_own_language,
    check_house_numbers,
    check_pictures,
    check_places,
    check_confirmation_dates,
    check_outliers,
    check_values,
    check_quoted_values,
)
"""Checks that compare the records of a workspace; the date is the day of the check."""


def find_problems(
    workspace: Workspace,
    letters: Iterable[Letter],
    today: date,
    coverage: FontCoverage,
    drafts: Iterable[LetterDraft] = (),
) -> Iterator[Problem]:
    """Yield every problem in a workspace and its letters, each once.

    ``today`` is the day of the check in the campaign's time zone. No letter is kept longer than until the next
    recipient's. The problems of covering notes come after those of letters, and those of ``drafts`` last. Of drafts,
    which are taken after all ``letters``, only the words are checked.
    """
    problems: dict[Problem, None] = {}
    for check in WORKSPACE_CHECKS:
        problems |= dict.fromkeys(check(workspace, today))
    of_notes: dict[Problem, None] = {}
    letter_texts = _make_letter_texts(workspace, letters, today, coverage)
    for (_, stem), versions in groupby(
        letter_texts, key=lambda letter_text: (letter_text.letter.recipient, letter_text.letter.stem)
    ):
        letter_versions = tuple(versions)
        found = of_notes if stem == NOTE else problems
        for letter_text in letter_versions:
            found |= dict.fromkeys(_check_letter_text(letter_text))
        for compare in VERSION_CHECKS:
            found |= dict.fromkeys(compare(letter_versions))
    problems |= of_notes
    for letter_text in _make_draft_texts(workspace, drafts, today, coverage):
        faults = _check_letter_text(letter_text)
        problems |= dict.fromkeys(fault for fault in faults if not letter_text.missing or fault.path.endswith(".md"))
    yield from problems


def _check_letter_text(letter_text: LetterText) -> Iterator[Problem]:
    for check in (*(PAPER_CHECKS if letter_text.is_on_paper else ()), *LETTER_CHECKS):
        if letter_text.missing.isdisjoint(NEEDED_RECORDS.get(check, ())):
            yield from check(letter_text)


def _make_letter_texts(
    workspace: Workspace, letters: Iterable[Letter], today: date, coverage: FontCoverage
) -> Iterator[LetterText]:
    campaign = workspace.campaign
    recipients_by_id = {recipient.id: recipient for recipient in workspace.recipients}
    drafts = (LetterDraft(letter, recipients_by_id[letter.recipient], campaign) for letter in letters if campaign)
    yield from _make_draft_texts(workspace, drafts, today, coverage)


def _make_draft_texts(
    workspace: Workspace, drafts: Iterable[LetterDraft], today: date, coverage: FontCoverage
) -> Iterator[LetterText]:
    locales = load_locales()
    shared = {f"{workspace.home}/{name}": text for name, text in workspace.shared.items()}
    for draft in drafts:
        key = draft.letter.stem, draft.letter.language
        template, locale = workspace.templates[key], locales[key[1]]
        records = draft.recipient, draft.campaign
        yield LetterText(draft.letter, template, *records, locale, shared, today, coverage, draft.missing)
