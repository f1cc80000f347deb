"""``petitioner open``: show the built letters of a recipient in the system's own viewer."""

from collections.abc import Callable

from petitioner.build.manifest import check_built_files, locate_output
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.errors import ExitStatus, PetitionerError
from petitioner.terminal import Terminal


def open_letters(terminal: Terminal, scope: Scope, launch: Callable[[str], int], *, docx: bool) -> int:
    """Open each letter that was selected with ``launch``, which returns 0 if a viewer was started.

    Raises WorkspaceError for a workspace with errors, PetitionerError for a letter that is not built or is not current.
    """
    checked = load_and_check(scope)
    campaign, theme = checked.require()
    ending = ".docx" if docx else ".pdf"
    found = check_built_files(locate_output(scope.folder, campaign.id), checked.letters, theme)
    files = [file for _, file in found if file.path.suffix == ending]
    if faults := [f"{file.path.relative_to(scope.folder)} {file.fault}" for file in files if file.fault]:
        raise PetitionerError(f"{'; '.join(faults)}.", f"Run: petitioner build --only {checked.letters[0].recipient}")
    for file in files:
        shown = file.path.relative_to(scope.folder)
        if launch(str(file.path)) != 0:
            raise PetitionerError(f"No program for {shown} was found.", f"Open the file yourself: {file.path}")
        terminal.say(f"opened {shown}")
    return ExitStatus.DONE
