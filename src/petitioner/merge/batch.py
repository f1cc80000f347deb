"""All letters of a campaign at once, and all that is wrong with any of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from petitioner.errors import Problem, errors_in
from petitioner.locales import load_locales
from petitioner.merge.letter import check_template, merge_letter, open_pages
from petitioner.merge.material import Material, Measure
from petitioner.merge.views import KNOWN
from petitioner.model.campaign import Campaign
from petitioner.model.letter import Letter, Template
from petitioner.model.recipient import Recipient
from petitioner.model.theme import Theme
from petitioner.pages import Pages
from petitioner.selection import Selection, check_languages, choose_languages, choose_recipients
from petitioner.workspace import LETTERS, Workspace


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters in the order in which they are made: by recipient, then letter, then language of the envelope."""

    letters: tuple[Letter, ...]
    problems: tuple[Problem, ...]


def merge_batch(workspace: Workspace, known: tuple[Problem, ...], selection: Selection, measure: Measure) -> Batch:
    """Merge every letter that the workspace allows, and find what is wrong with the templates on the way.

    ``known`` are the problems of reading: what they concern is not merged, so that nothing is blamed twice. Raises
    UsageError when the selection names what is not there.
    """
    chosen = choose_recipients(selection, workspace.recipients)
    check_languages(selection, {tag: None for who in workspace.written_to for tag in who.languages})
    shown = _open_all_pages(workspace)
    problems = tuple(_check_templates(workspace, shown))
    campaign, theme = workspace.campaign, workspace.theme
    broken = {problem.path for problem in errors_in((*known, *problems))}
    if campaign is None or theme is None or campaign.origin.path in broken or _shared_path(workspace, broken):
        return Batch((), problems)
    letters: list[Letter] = []
    for template, recipient in _pair(workspace, chosen, selection):
        if template.origin.path in broken or not _is_whole(recipient, template.language):
            continue
        material = _gather(workspace, campaign, theme, shown[template.language], template, measure)
        letter, faults = merge_letter(template, recipient, material)
        problems += faults
        letters += [letter] if letter else []
    return Batch(tuple(letters), tuple(dict.fromkeys(problems)))


def _open_all_pages(workspace: Workspace) -> Mapping[str, Pages]:
    locales = load_locales()
    languages = {language for _, language in workspace.templates if language in locales}
    folder = _folder(workspace)
    return {tag: open_pages(workspace.shared, folder, locales[tag]) for tag in sorted(languages)}


def _folder(workspace: Workspace) -> str:
    return f"{LETTERS}/{workspace.campaign.id}" if workspace.campaign else LETTERS


def _shared_path(workspace: Workspace, broken: set[str]) -> bool:
    return any(f"{_folder(workspace)}/{name}" in broken for name in workspace.shared)


def _check_templates(workspace: Workspace, shown: Mapping[str, Pages]) -> Iterator[Problem]:
    for template in workspace.templates.values():
        yield from check_template(shown[template.language], template)
    for pages in list(shown.values())[:1]:
        for name in workspace.shared:
            yield from pages.check_shared(name, KNOWN)


def _pair(
    workspace: Workspace, chosen: Iterable[Recipient], selection: Selection
) -> Iterator[tuple[Template, Recipient]]:
    stems = sorted({stem for stem, _ in workspace.templates})
    for recipient in chosen:
        for stem in stems if recipient.is_written_to else ():
            for language in choose_languages(selection, recipient):
                if template := workspace.templates.get((stem, language)):
                    yield template, recipient


def _is_whole(recipient: Recipient, language: str) -> bool:
    """Whether reading left the recipient with all that a letter in a language needs."""
    head = recipient.head
    named = head is None or head.confirmed is None or language in head.name
    lines = recipient.address.lines
    shown = recipient.address.language_for(language) if lines else ""
    return language in recipient.name and language in recipient.city and named and bool(lines.get(shown))


def _gather(
    workspace: Workspace, campaign: Campaign, theme: Theme, pages: Pages, template: Template, measure: Measure
) -> Material:
    locale = load_locales()[template.language]
    return Material(campaign, locale, theme, pages, workspace.attached, measure)
