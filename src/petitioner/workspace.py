"""The workspace: a folder with everything that a coordinator writes, read in one go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from petitioner import campaigns, letters, recipients, theme
from petitioner.errors import ExitStatus, PetitionerError, Problem, suggest
from petitioner.model.campaign import Campaign
from petitioner.model.letter import Template
from petitioner.model.recipient import Recipient
from petitioner.model.theme import Theme
from petitioner.source.text import decode

LETTERS = "letters"
THEME = "letters/theme"
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff")
_PDF = b"%PDF-"


class NoWorkspaceError(PetitionerError):
    """There is no workspace where one was looked for."""

    exit_status = ExitStatus.INVALID


@dataclass(frozen=True, slots=True)
class Workspace:
    """What was read, as far as it could be: check the problems that came with it before any use.

    ``shared`` are paragraphs to include and ``attached`` the bytes of signatures and enclosures, both by their path
    within the campaign's folder. ``templates`` are keyed by letter and language.
    """

    folder: Path
    recipients: tuple[Recipient, ...] = ()
    campaign: Campaign | None = None
    templates: Mapping[tuple[str, str], Template] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)
    attached: Mapping[str, bytes] = field(default_factory=dict)
    theme: Theme | None = None

    @property
    def written_to(self) -> tuple[Recipient, ...]:
        """The recipients that get letters."""
        return tuple(recipient for recipient in self.recipients if recipient.is_written_to)


def find_workspace(start: Path) -> Path:
    """The folder that holds ``recipients.yaml``: ``start``, or the nearest one above it. Raises NoWorkspaceError."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / recipients.PATH).exists() or (folder / LETTERS).is_dir():
            return folder
    hint = "Go to the folder of your campaign, or name it: petitioner -C FOLDER."
    raise NoWorkspaceError(f"There is no {recipients.PATH} in {start}, nor in a folder above it.", hint)


def list_campaigns(folder: Path) -> tuple[str, ...]:
    """The years that have a folder under ``letters/``, the latest first."""
    years = (entry.name for entry in (folder / LETTERS).glob("[0-9][0-9][0-9][0-9]") if entry.is_dir())
    return tuple(sorted(years, reverse=True))


def read_workspace(folder: Path, campaign: str | None = None) -> tuple[Workspace, tuple[Problem, ...]]:
    """Read everything under ``folder`` for one campaign, by default the latest one under ``letters/``.

    Never raises for what a person wrote: all faults of all files come back as problems, beside what could be read.
    """
    reader = _Reader(folder)
    people = reader.read_recipients()
    style = reader.read_theme()
    year = _choose_campaign(folder, campaign, reader.problems)
    if year is None:
        return Workspace(folder, recipients=people, theme=style), tuple(reader.problems)
    needed = {tag: who.id for who in reversed(people) if who.is_written_to for tag in reversed(who.languages)}
    mailing, attached = reader.read_campaign(f"{LETTERS}/{year}", needed)
    templates, shared = reader.read_letters(f"{LETTERS}/{year}", needed)
    if mailing:
        reader.problems.extend(_check_abroad(people, mailing))
    found = Workspace(folder, people, mailing, templates, shared, attached, style)
    return found, tuple(reader.problems)


def _choose_campaign(folder: Path, wanted: str | None, problems: list[Problem]) -> str | None:
    years = list_campaigns(folder)
    if wanted is None and not years:
        hint = f"Make a folder such as {LETTERS}/2027 with a {campaigns.NAME}."
        problems.append(Problem(LETTERS, 0, "C400", "there is no campaign", hint))
    if wanted is not None and wanted not in years:
        known = f"{suggest(wanted, years)} Known: {', '.join(years) or 'none'}.".strip()
        problems.append(Problem(f"{LETTERS}/{wanted}", 0, "C400", "there is no such campaign", known))
        return None
    return wanted or next(iter(years), None)


def _check_abroad(people: Iterable[Recipient], mailing: Campaign) -> Iterable[Problem]:
    """Mail to another country needs that country's line, in each language whose address lines are used."""
    for recipient in people:
        if not recipient.is_written_to or recipient.country == mailing.sender.country:
            continue
        shown = {recipient.address.language_for(tag) for tag in recipient.languages if recipient.address.lines}
        for tag in sorted(shown - set(recipient.address.country_line)):
            origin = recipient.origin
            message = f"{recipient.id} is abroad, and 'address.country_line' has no {tag}"
            hint = f"Add '{tag}: …', in capitals in Latin script, such as JAPAN."
            yield Problem(origin.path, origin.line, "R306", message, hint)


class _Reader:
    """Reads the files of one workspace and gathers their problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.resolve()
        self.problems: list[Problem] = []

    def read_recipients(self) -> tuple[Recipient, ...]:
        content = self._read(recipients.PATH)
        people, problems = recipients.read_recipients(content) if content is not None else ((), ())
        self.problems.extend(problems)
        return people

    def read_theme(self) -> Theme | None:
        names = (theme.NAME, theme.STYLE, *theme.LOGOS)
        paths = {name: f"{THEME}/{name}" for name in names if (self.folder / THEME / name).exists()}
        contents = {name: content for name, path in paths.items() if (content := self._read(path)) is not None}
        style, problems = theme.read_theme(THEME, contents)
        self.problems.extend(problems)
        return style

    def read_campaign(self, at: str, needed: Mapping[str, str]) -> tuple[Campaign | None, Mapping[str, bytes]]:
        content = self._read(f"{at}/{campaigns.NAME}")
        if content is None:
            return None, {}
        mailing, problems = campaigns.read_campaign(at, content, needed)
        self.problems.extend(problems)
        if mailing is None:
            return None, {}
        wanted: dict[str, tuple[bytes, ...]] = {
            image: _PICTURES for person in mailing.signatories if (image := person.image)
        }
        wanted |= {enclosure.file: (_PDF,) for enclosure in mailing.enclosures}
        found = {name: self._read_attached(at, name, starts, mailing) for name, starts in wanted.items()}
        return mailing, {name: content for name, content in found.items() if content is not None}

    def read_letters(
        self, at: str, needed: Mapping[str, str]
    ) -> tuple[Mapping[tuple[str, str], Template], Mapping[str, str]]:
        templates: dict[tuple[str, str], Template] = {}
        shared: dict[str, str] = {}
        names = sorted(entry.name for entry in (self.folder / at).glob("*.md"))
        for name in names:
            content = self._read(f"{at}/{name}")
            if content is None:
                continue
            if name.startswith(letters.SHARED):
                text, problems = decode(f"{at}/{name}", content)
                shared[name] = text or ""
            else:
                template, problems = letters.read_template(f"{at}/{name}", content)
                templates |= {(template.stem, template.language): template} if template else {}
            self.problems.extend(problems)
        self.problems.extend(letters.check_complete(at, templates, names, needed))
        return templates, shared

    def _read_attached(self, at: str, name: str, starts: tuple[bytes, ...], mailing: Campaign) -> bytes | None:
        """A file that the campaign names: inside its folder, and of the kind that it must be."""
        origin = mailing.origin
        inside = (self.root / at).resolve()
        path = inside / name
        if Path(name).is_absolute() or not path.resolve().is_relative_to(inside):
            hint = f"Copy the file into {at}/ and name it from there."
            self.problems.append(Problem(origin.path, 0, "C406", f"'{name}' is outside {at}", hint))
            return None
        content = self._read(f"{at}/{name}", named_in=origin.path)
        if content is not None and not content.startswith(starts):
            kind = "a PDF" if starts == (_PDF,) else "a PNG or JPEG picture"
            hint = "Save it in that format; its name alone does not make it one."
            self.problems.append(Problem(f"{at}/{name}", 0, "C407", f"the file is not {kind}", hint))
            return None
        return content

    def _read(self, path: str, named_in: str = "") -> bytes | None:
        """A file's bytes; a problem when it is missing, cannot be read, or a link leads out of the workspace."""
        place = self.folder / path
        because = f"; {named_in} names it" if named_in else ""
        if not place.resolve().is_relative_to(self.root):
            message, hint = "the file is a link that leaves the workspace", "Copy the file here instead."
        else:
            try:
                return place.read_bytes()
            except FileNotFoundError:
                message, hint = f"the file is missing{because}", "Put it there; the README lists the files."
            except OSError as error:
                message, hint = f"the file cannot be read: {error.strerror}", "Check its name and its permissions."
        self.problems.append(Problem(path, 0, "S109", message, hint))
        return None
