"""``petitioner open``: show the built letters of a recipient in the system's own viewer."""

import shutil
import sys
from collections.abc import Callable
from subprocess import DEVNULL, Popen, TimeoutExpired

from petitioner.build.manifest import check_built_files, locate_output
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.errors import ExitStatus, PetitionerError
from petitioner.terminal import Terminal

_WAIT = 2.0  # seconds in which a program that finds no viewer ends; one that shows the file may run much longer


def launch_viewer(launch: Callable[[str], int], path: str) -> int:
    """Show a file in the viewer of the system, with ``xdg-open`` or else ``launch``.

    Return 0 if one was started, else the exit status of the program that failed to.
    """
    program = shutil.which("xdg-open") if sys.platform not in {"darwin", "win32"} else None
    if program is None:
        return launch(path)
    # The typer library does not look at the exit status of xdg-open.
    process = Popen([program, path], stdout=DEVNULL, stderr=DEVNULL)  # noqa: S603 - no shell, and the path is one argument
    try:
        return process.wait(_WAIT)
    except TimeoutExpired:
        return 0


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
            raise PetitionerError(f"There is no viewer here; the file is {file.path}", "Open it yourself.")
        terminal.say(f"opened {shown}")
    return ExitStatus.DONE
