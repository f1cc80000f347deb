"""All letters of a campaign at once, and all that is wrong with any of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from petitioner.errors import Problem, errors_in
from petitioner.inputs import recipients
from petitioner.inputs.letters import NOTE
from petitioner.inputs.recipients import Choice, Selection, choose
from petitioner.inputs.workspace import Workspace
from petitioner.model.letter import Letter, Template
from petitioner.model.recipient import Address, Campaign, Channel, Recipient
from petitioner.model.types import Origin
from petitioner.tables.locales import load_locales
from petitioner.templates.jinja import TemplateRenderer
from petitioner.templates.merge_letter import check_template, make_renderer, merge_letter
from petitioner.templates.values import (
    TEMPLATE_NAMES,
    Measure,
    MergeContext,
    is_campaign_complete,
    is_recipient_complete,
)

_OF_MARKDOWN = ("K", "S")
"""How the codes of problems begin that a letter has whatever is filled in."""

_FOR_SOMEBODY = "M603"
"""The problem of a template that always names a recipient for whom it was met."""


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """A letter that can be read, and not be made: some of it has errors, or stands in for what could not be read.

    ``missing`` are the keys of the campaign whose values stand in, and ``recipients.PATH`` where the mission does.
    """

    letter: Letter
    recipient: Recipient
    campaign: Campaign
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters in the order in which they are made: by recipient, then letter, then language of the envelope.

    ``notes`` are the covering notes of e-mails, one for each recipient that gets any: made and checked like letters,
    and never set on paper. ``drafts`` are there to be read while something has errors, so that an error in one file
    hides no faults in the words of others.
    """

    letters: tuple[Letter, ...]
    notes: tuple[Letter, ...]
    problems: tuple[Problem, ...]
    drafts: tuple[LetterDraft, ...] = ()


def merge_batch(workspace: Workspace, known: tuple[Problem, ...], selection: Selection, measure: Measure) -> Batch:
    """Merge every letter that the workspace allows, and find what is wrong with the templates on the way.

    ``known`` are the problems of reading: what they concern is not merged, so that nothing is blamed twice. Raises
    UsageError when the selection names what is not there.
    """
    broken = {problem.path for problem in errors_in(known)}
    # Somebody who is chosen may be there, but for a fault in the list: then the faults matter, and not the choice.
    choices = choose(Selection() if recipients.PATH in broken else selection, workspace.recipients)
    shown = _open_all_pages(workspace)
    problems = tuple(_check_templates(workspace, shown))
    broken |= {problem.path for problem in errors_in(problems)}
    broken |= set(_find_including(workspace, shown, broken))
    letters: list[Letter] = []
    drafts: list[LetterDraft] = []
    met = _Met()
    for template, recipient, context in _pair(workspace, choices, shown, measure):
        if template.origin.path not in broken:
            letter, faults = merge_letter(template, recipient, context)
            met.remember(template, recipient, faults)
            letters += [letter] if letter and not faults else []
            drafts += [LetterDraft(letter, recipient, context.campaign)] if letter and faults else []
    problems = (*problems, *_check_spare_notes(workspace, broken, shown, measure), *met.list_problems())
    if errors_in((*known, *problems)):
        chosen = {tag for _, tags in choices for tag in tags}
        everything = selection.is_everything or recipients.PATH in broken
        read = {(letter.stem, letter.language) for letter in (*letters, *(draft.letter for draft in drafts))}
        sound = [one for one in workspace.templates.values() if one.origin.path not in broken]
        rest = [one for one in sound if (one.stem, one.language) not in read and (everything or one.language in chosen)]
        more, found = _draft(workspace, rest, choices, shown, measure)
        drafts, problems = [*drafts, *more], (*problems, *found)
    notes = tuple(letter for letter in letters if letter.stem == NOTE)
    papers = tuple(letter for letter in letters if letter.stem != NOTE)
    return Batch(papers, notes, tuple(dict.fromkeys(problems)), tuple(drafts))


def _find_including(workspace: Workspace, shown: Mapping[str, TemplateRenderer], broken: set[str]) -> Iterator[str]:
    """Yield the paths of letters that include a paragraph with errors."""
    shared = {name for name in workspace.shared if f"{workspace.home}/{name}" in broken}
    for template in workspace.templates.values() if shared else ():
        pages = shown.get(template.language)
        if pages and shared & pages.includes(template.body):
            yield template.origin.path


def _draft(
    workspace: Workspace,
    templates: Iterable[Template],
    choices: tuple[Choice, ...],
    shown: Mapping[str, TemplateRenderer],
    measure: Measure,
) -> tuple[list[LetterDraft], list[Problem]]:
    """Return letters that nobody gets as long as something has errors, and what is wrong with their Markdown."""
    sketch, campaign = workspace.sketch, workspace.campaign
    campaign = sketch.campaign if sketch else campaign
    drafts: list[LetterDraft] = []
    problems: list[Problem] = []
    for template in templates:
        tag = template.language
        if campaign is None or not is_campaign_complete(campaign, tag):
            continue
        context = MergeContext(campaign, load_locales()[tag], workspace.theme, shown[tag], workspace.attached, measure)
        whom = [who for who, tags in choices if tag in (tags if template.stem != NOTE else _list_note(who))]
        real = [who for who in whom if is_recipient_complete(who, tag)]
        missing = sketch.missing if sketch else frozenset()
        for recipient in real or _imagine_missions(tag):
            letter, faults = merge_letter(template, recipient, context)
            problems += (fault for fault in faults if fault.code.startswith(_OF_MARKDOWN))
            if letter:
                drafts.append(
                    LetterDraft(letter, recipient, campaign, missing if real else missing | {recipients.PATH})
                )
    return drafts, problems


def _imagine_missions(tag: str) -> tuple[Recipient, ...]:
    """Return a mission of each kind, by which a letter can be read while no real one is known."""
    words = {kind: {tag: heads.title} for kind, heads in load_locales()[tag].heads.items()}
    origin = Origin(recipients.PATH, 0)
    return tuple(
        Recipient(
            id="mission",
            origin=origin,
            kind=kind,
            country="JP",
            city=word,
            name=word,
            address=Address(lines={tag: (word[tag],)}),
            languages=(tag,),
            channels=(Channel.POST,),
        )
        for kind, word in words.items()
    )


def _open_all_pages(workspace: Workspace) -> Mapping[str, TemplateRenderer]:
    locales = load_locales()
    languages = {language for _, language in workspace.templates if language in locales}
    campaign = workspace.campaign or (workspace.sketch.campaign if workspace.sketch else None)
    styles = campaign.date_style if campaign else {}
    return {
        tag: make_renderer(workspace.shared, workspace.home, locales[tag], styles.get(tag)) for tag in sorted(languages)
    }


def _check_templates(workspace: Workspace, shown: Mapping[str, TemplateRenderer]) -> Iterator[Problem]:
    for template in workspace.templates.values():
        yield from check_template(shown[template.language], template)
    for pages in list(shown.values())[:1]:
        for name in workspace.shared:
            yield from pages.check_shared(name, TEMPLATE_NAMES)


def _pair(
    workspace: Workspace, choices: tuple[Choice, ...], shown: Mapping[str, TemplateRenderer], measure: Measure
) -> Iterator[tuple[Template, Recipient, MergeContext]]:
    stems = sorted({stem for stem, _ in workspace.templates})
    for recipient, languages in choices:
        for stem in stems:
            for tag in languages if stem != NOTE else _list_note(recipient):
                template = workspace.templates.get((stem, tag))
                context = _lay_out(workspace, recipient, tag, shown, measure) if template else None
                if template and context:
                    yield template, recipient, context


def _lay_out(
    workspace: Workspace, recipient: Recipient, tag: str, shown: Mapping[str, TemplateRenderer], measure: Measure
) -> MergeContext | None:
    """Return what a letter to somebody in a language is made from; None where reading left too little of it."""
    campaign = workspace.campaign
    if campaign is None or not (is_campaign_complete(campaign, tag) and is_recipient_complete(recipient, tag)):
        return None
    return MergeContext(campaign, load_locales()[tag], workspace.theme, shown[tag], workspace.attached, measure)


def _check_spare_notes(
    workspace: Workspace, broken: set[str], shown: Mapping[str, TemplateRenderer], measure: Measure
) -> Iterator[Problem]:
    """What is wrong with covering notes that nobody gets yet, whoever of all recipients they were filled in for."""
    used = {recipient.note_language for recipient in workspace.written_to}
    for (stem, tag), template in workspace.templates.items():
        if stem != NOTE or tag in used or tag not in shown or template.origin.path in broken:
            continue
        everybody = tuple((recipient, (tag,)) for recipient in workspace.written_to)
        tried = _fill_in(workspace, template, everybody, shown, measure)
        found = [set(faults) for faults in tried]
        yield from sorted(set.intersection(*found), key=lambda fault: fault.line) if found else ()


def _fill_in(
    workspace: Workspace,
    template: Template,
    choices: tuple[Choice, ...],
    shown: Mapping[str, TemplateRenderer],
    measure: Measure,
) -> Iterator[tuple[Problem, ...]]:
    """Yield the faults of one template, recipient by recipient."""
    for recipient, (tag,) in choices:
        if context := _lay_out(workspace, recipient, tag, shown, measure):
            yield merge_letter(template, recipient, context)[1]


def _list_note(recipient: Recipient) -> tuple[str, ...]:
    return (recipient.note_language,) if recipient.note_language else ()


class _Met:
    """The problems met while merging; one that many letters share is told once."""

    def __init__(self) -> None:
        self._whom: dict[tuple[Problem, str], list[Recipient]] = {}
        self._letters: Counter[str] = Counter()

    def remember(self, template: Template, recipient: Recipient, faults: tuple[Problem, ...]) -> None:
        self._letters[template.origin.path] += 1
        for fault in dict.fromkeys(faults):
            self._whom.setdefault((fault, template.origin.path), []).append(recipient)

    def list_problems(self) -> tuple[Problem, ...]:
        told = (self._name(fault, path, whom) for (fault, path), whom in self._whom.items())
        return tuple(dict.fromkeys(told))

    def _name(self, fault: Problem, path: str, whom: list[Recipient]) -> Problem:
        """Return a fault of a template with the recipients that it concerns, unless it concerns all."""
        is_everybodys = len(whom) == self._letters[path] and fault.code != _FOR_SOMEBODY
        if is_everybodys or not fault.path.endswith(".md"):
            return fault
        origin, others = whom[0].origin, f" and {len(whom) - 1} more" if whom[1:] else ""
        return replace(fault, message=f"{fault.message}, for {whom[0].id} ({origin.path}:{origin.line}){others}")
