"""The letter that an address of the page names."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from petitioner.errors import WorkspaceError
from petitioner.model.letter import Letter, Template
from petitioner.model.recipient import Recipient
from petitioner.review.live import Snapshot
from petitioner.templates.readings import format_text_name


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter and what belongs to it: its recipient, its text, and its address on the page."""

    letter: Letter
    recipient: Recipient
    template: Template
    path: str

    @property
    def name(self) -> str:
        """``petition.ja``."""
        return format_text_name(self.template)


def find_letter(request: Request, snapshot: Snapshot) -> ShownLetter:
    """Return the letter that the address names. Only names of letters in memory are found; no path is made of them."""
    stem, _, language = request.path_params["text"].partition(".")
    name = request.path_params["recipient"], stem, language
    letter = snapshot.letters.get(name)
    if letter is None and snapshot.checked.has_errors:
        raise WorkspaceError(snapshot.checked.problems)
    if letter is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    workspace = snapshot.checked.workspace
    recipient = next(one for one in workspace.recipients if one.id == letter.recipient)
    return ShownLetter(letter, recipient, workspace.templates[get_text(letter)], make_path(*name))


def get_text(letter: Letter) -> tuple[str, str]:
    """Return the name and the language of the text of a letter."""
    return letter.stem, letter.language


def make_path(recipient: str, stem: str, language: str) -> str:
    """Return the address of a letter on the page."""
    return f"/letters/{recipient}/{stem}.{language}"
