"""Read the workspace: the folder with everything that a coordinator writes."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from petitioner.errors import Problem, errors_in, suggest
from petitioner.inputs import campaigns, fit, letters, recipients, theme
from petitioner.inputs.folder import LETTERS, THEME, TrackedFolder, UnreadableError, rank_campaign
from petitioner.inputs.workspace_files import find_copies
from petitioner.model.codes import find_severity
from petitioner.model.letter import Template
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.theme import Theme
from petitioner.model.types import Location, Origin
from petitioner.source.text import decode, is_pdf, is_picture
from petitioner.tables.locales import load_locales

_LOGGER = logging.getLogger(__name__)
LOG = "mailing-log.sqlite"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of a workspace for one campaign, as far as they could be read without problems.

    ``home`` is the campaign's folder in ``folder``, such as ``letters/2027``. ``shared`` are paragraphs to include and
    ``attached`` the bytes of signatures and enclosures, both by their path in ``home``. ``templates`` are by letter
    and language, with covering notes as ``letters.NOTE``; ``earlier`` are those of earlier years. ``seen`` has a
    digest of everything that was read. ``sketch`` replaces the campaign in checks while campaign.yaml has errors.
    """

    folder: Path
    theme: Theme
    home: str = LETTERS
    recipients: tuple[Recipient, ...] = ()
    campaign: Campaign | None = None
    templates: Mapping[tuple[str, str], Template] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)
    attached: Mapping[str, bytes] = field(default_factory=dict)
    earlier: tuple[Template, ...] = ()
    seen: Mapping[str, str] = field(default_factory=dict)
    sketch: campaigns.CompletedCampaign | None = None

    @property
    def written_to(self) -> tuple[Recipient, ...]:
        """The recipients that get letters."""
        return tuple(recipient for recipient in self.recipients if recipient.is_written_to)


def read_workspace(
    folder: Path, campaign: str | None = None, *, ignores_fit: bool = False
) -> tuple[Workspace, tuple[Problem, ...]]:
    """Read everything under ``folder`` for one campaign, by default the latest one under ``letters/``.

    Mistakes in the files never raise an error: they are returned as problems, with what could be read.
    With ``ignores_fit``, letters have the sizes of the theme.
    """
    reader = _Reader(folder)
    people = reader.read_recipients()
    style = reader.read_theme()
    year = _choose_campaign(reader.files, campaign, reader.problems)
    if year is None:
        return Workspace(folder, style, recipients=people), tuple(reader.problems)
    home = f"{LETTERS}/{year}"
    style = style if ignores_fit else reader.read_fit(home, style)
    needed = _map_languages(people)
    mailing = reader.read_campaign(home, needed)
    people = reader.leave_out(people, mailing)
    needed = _map_languages(people)
    attached = reader.read_attached(home, mailing) if mailing else {}
    templates, shared = reader.read_letters(home, needed, _map_note_languages(people))
    earlier = tuple(_read_earlier(reader.files, year))
    sketch = reader.complete_campaign(home, {tag for _, tag in templates})
    workspace = Workspace(
        folder, style, home, people, mailing, templates, shared, attached, earlier, reader.files.seen, sketch
    )
    _LOGGER.debug("read %s: %d recipients, %d texts of %s", folder, len(people), len(templates), year)
    return workspace, tuple(reader.problems)


def read_records(
    folder: Path, campaign: str | None = None
) -> tuple[tuple[Recipient, ...], Campaign | None, tuple[Problem, ...]]:
    """Read the recipients and one campaign, without letters, enclosures and signatures.

    Missing languages of the campaign are not reported, since only letters need them.
    """
    reader = _Reader(folder)
    people = reader.read_recipients()
    year = _choose_campaign(reader.files, campaign, reader.problems)
    mailing = reader.read_campaign(f"{LETTERS}/{year}", {}) if year else None
    people = reader.leave_out(people, mailing)
    return people, mailing, tuple(reader.problems)


def read_workspace_theme(folder: Path) -> Theme:
    """Return the theme of a workspace, or the default one if it has errors."""
    return _Reader(folder).read_theme()


def _choose_campaign(files: TrackedFolder, wanted: str | None, problems: list[Problem]) -> str | None:
    years = files.list_campaigns()
    if not years:
        hint = f"Make a folder such as {LETTERS}/2027 with a {campaigns.NAME}."
        problems.append(Problem(LETTERS, 0, "C400", "there is no campaign", hint))
    elif wanted is not None and wanted not in years:
        known = f"{suggest(wanted, years)} Known: {', '.join(years)}.".strip()
        problems.append(Problem(f"{LETTERS}/{wanted}", 0, "C400", "there is no such campaign", known))
    if wanted is None:
        return next(iter(years), None)
    return wanted if wanted in years else None


def _read_earlier(files: TrackedFolder, year: str) -> Iterator[Template]:
    """Yield the letters of the years before ``year``, the latest first, without their problems."""
    for other in (one for one in files.list_campaigns() if rank_campaign(one)[0] < rank_campaign(year)[0]):
        home = f"{LETTERS}/{other}"
        for name in (name for name in files.list_names(home) if name.endswith(".md")):
            with suppress(UnreadableError):
                template, _ = letters.read_template(f"{home}/{name}", files.read_file(f"{home}/{name}"))
                yield from [template] if template else []


def _map_languages(people: Iterable[Recipient]) -> Mapping[str, str]:
    """Map each language of the letters to the first recipient that gets letters in it."""
    needed: dict[str, str] = {}
    for recipient in people:
        for tag in recipient.languages:
            if recipient.is_written_to and tag in load_locales():
                needed.setdefault(tag, recipient.id)
    return needed


def _map_note_languages(people: Iterable[Recipient]) -> Mapping[str, str]:
    """Map each language of the covering notes to the first recipient that gets one in it."""
    needed: dict[str, str] = {}
    for recipient in people:
        if recipient.is_written_to and recipient.note_language in load_locales():
            needed.setdefault(str(recipient.note_language), recipient.id)
    return needed


class _Reader:
    """Reads the files of one workspace and collects their problems."""

    def __init__(self, folder: Path) -> None:
        self.files = TrackedFolder(folder)
        self.problems: list[Problem] = []

    def read_recipients(self) -> tuple[Recipient, ...]:
        content = self._read_file(recipients.PATH)
        people, problems = recipients.read_recipients(content) if content is not None else ((), ())
        self.problems += problems
        self.find_copies("", (recipients.PATH, LOG))
        return people

    def read_theme(self) -> Theme:
        names = self._list_files(THEME)
        self.problems += theme.check_file_names(THEME, names)
        paths = {name: f"{THEME}/{name}" for name in theme.FILES if name in names}
        contents = {name: content for name, path in paths.items() if (content := self._read_file(path)) is not None}
        style, problems = theme.read_theme(THEME, contents)
        self.problems += problems
        return style

    def read_fit(self, at: str, style: Theme) -> Theme:
        path = f"{at}/{fit.NAME}"
        content = self._read_file(path) if fit.NAME in self.files.list_names(at) else None
        style, problems = fit.read_fit(path, content, style) if content is not None else (style, ())
        self.problems += problems
        return style

    def read_campaign(self, at: str, needed: Mapping[str, str]) -> Campaign | None:
        content = self._read_file(f"{at}/{campaigns.NAME}")
        mailing, problems = campaigns.read_campaign(at, content, needed) if content is not None else (None, ())
        self.problems += problems
        if mailing:  # the same rules as for addresses of missions
            self.problems += recipients.check_address(mailing.sender.address, mailing.origin, "sender", "address")
        return mailing

    def leave_out(self, people: tuple[Recipient, ...], mailing: Campaign | None) -> tuple[Recipient, ...]:
        """Return the recipients, those left out that are not among the recipients of an edition for some only."""
        if mailing is None or not mailing.recipients:
            return people
        self.problems += campaigns.check_recipients(mailing, people)
        change = {"left_out": f"not a recipient of {LETTERS}/{mailing.folder}"}
        return tuple(one if one.id in mailing.recipients else one.model_copy(update=change) for one in people)

    def read_attached(self, at: str, mailing: Campaign) -> Mapping[str, bytes]:
        workspace = {
            name: self._read_attached(at, mailing, location, name) for location, name in campaigns.list_files(mailing)
        }
        return {name: content for name, content in workspace.items() if content is not None}

    def complete_campaign(self, at: str, languages: Iterable[str]) -> campaigns.CompletedCampaign | None:
        """Return stand-ins for a campaign with errors; None if it has none."""
        path = f"{at}/{campaigns.NAME}"
        if not any(problem.path == path for problem in errors_in(self.problems)):
            return None
        try:
            content = self.files.read_file(path)
        except UnreadableError:
            content = None
        return campaigns.complete_campaign(at, content, languages)

    def read_letters(
        self, at: str, needed: Mapping[str, str], needed_notes: Mapping[str, str]
    ) -> tuple[Mapping[tuple[str, str], Template], Mapping[str, str]]:
        templates: dict[tuple[str, str], Template] = {}
        shared: dict[str, str] = {}
        names = self._list_files(at)
        copies = self.find_copies(
            at, [name for name in names if name in (campaigns.NAME, fit.NAME) or name.endswith(".md")]
        )
        for name in (name for name in names if name.lower().endswith(".md") and name not in copies):
            content = self._read_file(f"{at}/{name}")
            if content is None:
                continue
            if name.startswith(letters.SHARED):
                text, problems = decode(f"{at}/{name}", content)
                shared[name] = (text or "").rstrip("\n")
            else:
                template, problems = letters.read_template(f"{at}/{name}", content)
                templates |= {(template.stem, template.language): template} if template else {}
            self.problems += problems
        self.problems += letters.check_complete(at, names, needed)
        self.problems += letters.check_notes(at, names, needed_notes)
        return templates, shared

    def find_copies(self, at: str, originals: Collection[str]) -> Collection[str]:
        """Return the names of copies in a folder, and add a warning for each."""
        copies = dict(find_copies(self.files.list_names(at), originals))
        for name, original in copies.items():
            message = f"this looks like a copy of {original}, made by a cloud folder or by hand, and is not read"
            hint = f"Compare the two, keep what is right in {original}, and delete the copy."
            where = f"{at}/{name}" if at else name
            self.problems.append(Problem(where, 0, "S113", message, hint, find_severity("S113")))
        return copies

    def _read_attached(self, at: str, mailing: Campaign, location: Location, name: str) -> bytes | None:
        """Read a file that the campaign names; None, with a problem, if it does not have the right file type."""
        origin = replace(mailing.origin, line=mailing.origin.line_of(*location))
        content = self._read_file(f"{at}/{name}", origin)
        is_whole, kind = (is_pdf, "PDF") if location[-1] == "file" else (is_picture, "PNG or JPEG picture")
        if content is not None and not is_whole(content):
            message = f"{name} is not a {kind}, or was cut off"
            hint = "Save it in that format, or copy it again."
            self.problems.append(Problem(origin.path, origin.line, "C407", message, hint))
            return None
        return content

    def _list_files(self, at: str) -> list[str]:
        """List the files of a folder, and add a problem for each name that cannot be shown."""
        names = self.files.list_names(at)
        for name in (name for name in names if not name.isprintable()):
            shown = name.encode("unicode_escape").decode()
            message = "the file name contains characters that cannot be shown"
            hint = "Rename the file."
            self.problems.append(Problem(f"{at}/{shown}", 0, "S109", message, hint))
        return [name for name in names if name.isprintable()]

    def _read_file(self, path: str, named_at: Origin | None = None) -> bytes | None:
        """Read a file; add a problem, at the place that names it, if it cannot be read."""
        try:
            return self.files.read_file(path)
        except UnreadableError as error:
            where, line, name = (named_at.path, named_at.line, path) if named_at else (path, 0, "the file")
            self.problems.append(Problem(where, line, "S109", f"{name} {error}", error.hint))
            return None
