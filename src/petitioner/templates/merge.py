"""All letters of a campaign at once, and all that is wrong with any of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from petitioner.errors import Problem, errors_in
from petitioner.inputs import recipients
from petitioner.inputs.letters import NOTE
from petitioner.inputs.selection import Choice, Selection, choose_recipients
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

_MARKDOWN_CODES = ("K", "S")
"""How the codes of problems begin that do not depend on the values filled in."""

_EMPTY_VALUE = "M603"
"""The code of problems whose message names a recipient even if they concern all."""


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """A letter to be checked and not sent: it has errors, or stand-ins replace what could not be read.

    ``missing`` are the keys of the campaign that have stand-ins, and ``recipients.PATH`` if the recipient is one.
    """

    letter: Letter
    recipient: Recipient
    campaign: Campaign
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters in the order in which they are made: by recipient, then letter, then language of the envelope.

    ``notes`` are the covering notes of e-mails, one for each recipient that gets any. ``drafts`` exist only while
    something has errors, so that an error in one file hides no mistake in another.
    """

    letters: tuple[Letter, ...]
    notes: tuple[Letter, ...]
    problems: tuple[Problem, ...]
    drafts: tuple[LetterDraft, ...] = ()


def merge_batch(workspace: Workspace, known: tuple[Problem, ...], selection: Selection, measure: Measure) -> Batch:
    """Merge all letters for which the workspace has enough, and find the problems of the templates.

    ``known`` and errors are as in ``LetterStream``.
    """
    stream = LetterStream(workspace, known, selection, measure)
    letters = tuple(stream.merge())
    drafts = tuple(stream.merge_drafts())
    notes = tuple(letter for letter in letters if letter.stem == NOTE)
    on_paper = tuple(letter for letter in letters if letter.stem != NOTE)
    return Batch(on_paper, notes, stream.problems, drafts)


class LetterStream:
    """The letters of a workspace, merged one after the other, so that they need not be in memory together.

    ``known`` are the problems found while reading. What they concern is not merged, so that nothing is reported twice.
    Raises UsageError for a selection of unknown recipients. Call ``merge`` first, then ``merge_drafts``, each once.
    """

    def __init__(
        self, workspace: Workspace, known: tuple[Problem, ...], selection: Selection, measure: Measure
    ) -> None:
        broken = {problem.path for problem in errors_in(known)}
        # A selected recipient may be missing because of an error in the list: then report the error, not the selection.
        self._takes_all = selection.is_everything or recipients.PATH in broken
        choices = choose_recipients(Selection() if recipients.PATH in broken else selection, workspace.recipients)
        self._choices = choices
        self._workspace = workspace
        self._merger = _Merger(workspace, _make_renderers(workspace), measure)
        problems = tuple(self._merger.check_templates())
        self._broken = broken | {problem.path for problem in errors_in(problems)}
        self._broken |= set(self._merger.find_including(self._broken))
        self._has_errors = bool(errors_in(known))
        self._problems = dict.fromkeys(problems)
        self._read: set[tuple[str, str]] = set()
        self._drafts: list[LetterDraft] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of the templates that were found so far, each once."""
        return tuple(self._problems)

    def merge(self) -> Iterator[Letter]:
        """Yield the letters and covering notes without problems: by recipient, then letter, then language."""
        found = _MergeProblems()
        for template, recipient, context in self._merger.pair(self._choices):
            if template.origin.path in self._broken:
                continue
            letter, faults = merge_letter(template, recipient, context)
            found.add(template, recipient, faults)
            if letter is None:
                continue
            self._read.add((letter.stem, letter.language))
            if faults:
                self._drafts.append(LetterDraft(letter, recipient, context.campaign))
            else:
                yield letter
        self._problems |= dict.fromkeys((*self._merger.check_unused_notes(self._broken), *found.list_problems()))

    def merge_drafts(self) -> Iterator[LetterDraft]:
        """Yield the letters with problems, and if there are errors, letters of the templates that nobody got."""
        yield from self._drafts
        if not (self._has_errors or errors_in(self._problems)):
            return
        chosen = {tag for _, tags in self._choices for tag in tags}
        for template in self._workspace.templates.values():
            is_needed = self._takes_all or template.language in chosen
            if is_needed and template.origin.path not in self._broken and _name(template) not in self._read:
                drafts, problems = self._merger.draft(template, self._choices)
                self._problems |= dict.fromkeys(problems)
                yield from drafts


def _name(template: Template) -> tuple[str, str]:
    return template.stem, template.language


def _make_renderers(workspace: Workspace) -> Mapping[str, TemplateRenderer]:
    locales = load_locales()
    languages = {language for _, language in workspace.templates if language in locales}
    campaign = workspace.campaign or (workspace.sketch.campaign if workspace.sketch else None)
    styles = campaign.date_style if campaign else {}
    return {
        tag: make_renderer(workspace.shared, workspace.home, locales[tag], styles.get(tag)) for tag in sorted(languages)
    }


@dataclass(frozen=True, slots=True)
class _Merger:
    """The workspace with one template renderer for each language.

    ``contexts`` are the contexts of the campaign that are made already; one is None if the campaign lacks the language.
    """

    workspace: Workspace
    renderers: Mapping[str, TemplateRenderer]
    measure: Measure
    contexts: dict[str, MergeContext | None] = field(default_factory=dict)

    def check_templates(self) -> Iterator[Problem]:
        """Yield the problems that do not depend on the recipient."""
        for template in self.workspace.templates.values():
            yield from check_template(self.renderers[template.language], template)
        for renderer in list(self.renderers.values())[:1]:
            for name in self.workspace.shared:
                yield from renderer.check_shared(name, TEMPLATE_NAMES)

    def find_including(self, broken: set[str]) -> Iterator[str]:
        """Yield the paths of letters that include a paragraph with errors."""
        shared = {name for name in self.workspace.shared if f"{self.workspace.home}/{name}" in broken}
        for template in self.workspace.templates.values() if shared else ():
            renderer = self.renderers.get(template.language)
            if renderer and shared & renderer.includes(template.body):
                yield template.origin.path

    def pair(self, choices: tuple[Choice, ...]) -> Iterator[tuple[Template, Recipient, MergeContext]]:
        """Yield each recipient with each of its templates, where both could be read."""
        stems = sorted({stem for stem, _ in self.workspace.templates})
        for recipient, languages in choices:
            for stem in stems:
                for tag in languages if stem != NOTE else _list_note_languages(recipient):
                    template = self.workspace.templates.get((stem, tag))
                    context = self._make_context(recipient, tag) if template else None
                    if template and context:
                        yield template, recipient, context

    def draft(self, template: Template, choices: tuple[Choice, ...]) -> tuple[list[LetterDraft], list[Problem]]:
        """Return letters of a template, to be checked only, and the problems of their Markdown."""
        sketch = self.workspace.sketch
        campaign, missing = (sketch.campaign, sketch.missing) if sketch else (self.workspace.campaign, frozenset[str]())
        drafts: list[LetterDraft] = []
        problems: list[Problem] = []
        tag = template.language
        if campaign is None or not is_campaign_complete(campaign, tag):
            return drafts, problems
        context = self._fill_context(campaign, tag)
        whom = [who for who, tags in choices if tag in (tags if template.stem != NOTE else _list_note_languages(who))]
        real = [who for who in whom if is_recipient_complete(who, tag)]
        for recipient in real or _make_sample_recipients(tag):
            letter, faults = merge_letter(template, recipient, context)
            problems += (fault for fault in faults if fault.code.startswith(_MARKDOWN_CODES))
            if letter:
                keys = missing if real else missing | {recipients.PATH}
                drafts.append(LetterDraft(letter, recipient, campaign, keys))
        return drafts, problems

    def check_unused_notes(self, broken: set[str]) -> Iterator[Problem]:
        """Yield the problems that a covering note nobody gets would have for every recipient."""
        used = {recipient.note_language for recipient in self.workspace.written_to}
        for (stem, tag), template in self.workspace.templates.items():
            if stem != NOTE or tag in used or tag not in self.renderers or template.origin.path in broken:
                continue
            shared: set[Problem] | None = None
            for recipient in self.workspace.written_to:
                if context := self._make_context(recipient, tag):
                    found = set(merge_letter(template, recipient, context)[1])
                    shared = found if shared is None else shared & found
                if shared is not None and not shared:
                    break  # so one recipient is enough for a note without problems
            yield from sorted(shared or (), key=lambda fault: fault.line)

    def _make_context(self, recipient: Recipient, tag: str) -> MergeContext | None:
        """Return None if too little of the campaign or the recipient could be read."""
        campaign = self.workspace.campaign
        if tag not in self.contexts:
            is_complete = campaign is not None and is_campaign_complete(campaign, tag)
            self.contexts[tag] = self._fill_context(campaign, tag) if campaign and is_complete else None
        return self.contexts[tag] if is_recipient_complete(recipient, tag) else None

    def _fill_context(self, campaign: Campaign, tag: str) -> MergeContext:
        theme, attached = self.workspace.theme, self.workspace.attached
        return MergeContext(campaign, load_locales()[tag], theme, self.renderers[tag], attached, self.measure)


def _make_sample_recipients(tag: str) -> tuple[Recipient, ...]:
    """Return a mission of each kind, with which a letter can be checked while no real one is known."""
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


def _list_note_languages(recipient: Recipient) -> tuple[str, ...]:
    return (recipient.note_language,) if recipient.note_language else ()


class _MergeProblems:
    """The problems found while merging. One that many letters share is reported once."""

    def __init__(self) -> None:
        self._concerned: dict[tuple[Problem, str], list[Recipient]] = {}
        self._letters: Counter[str] = Counter()

    def add(self, template: Template, recipient: Recipient, faults: tuple[Problem, ...]) -> None:
        self._letters[template.origin.path] += 1
        for fault in dict.fromkeys(faults):
            self._concerned.setdefault((fault, template.origin.path), []).append(recipient)

    def list_problems(self) -> tuple[Problem, ...]:
        named = (self._add_recipients(fault, path, whom) for (fault, path), whom in self._concerned.items())
        return tuple(dict.fromkeys(named))

    def _add_recipients(self, problem: Problem, path: str, recipients: list[Recipient]) -> Problem:
        """Return the problem of a template with the recipients it concerns, unless it concerns all."""
        concerns_all = len(recipients) == self._letters[path] and problem.code != _EMPTY_VALUE
        if concerns_all or not problem.path.endswith(".md"):
            return problem
        origin, others = recipients[0].origin, f" and {len(recipients) - 1} more" if recipients[1:] else ""
        return replace(
            problem, message=f"{problem.message}, for {recipients[0].id} ({origin.path}:{origin.line}){others}"
        )
