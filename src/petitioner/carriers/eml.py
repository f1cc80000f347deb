"""As files: messages that a mail program opens as drafts, for accounts that no program may send by."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

from petitioner.carriers import Answer, Outcome, Outgoing
from petitioner.errors import PetitionerError
from petitioner.files import write_new

_UNSENT = b"X-Unsent: 1\r\n"
"""Tells Outlook to open the file as a message still to be sent; other programs pass over it."""

_TAKEN = "{path} is there already; move it away"


class EmlCarrier:
    """A folder that each message is written into as one file; ``name`` gives a message's file by its Message-ID."""

    def __init__(self, folder: Path, name: Callable[[str], str]) -> None:
        self._folder = folder
        self._name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def prepare(self) -> None:
        """Make the folder. Raises PetitionerError where that cannot be done."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            hint = "Name another folder: petitioner send --eml DIR"
            raise PetitionerError(f"{self._folder} cannot be made: {error.strerror}.", hint) from None

    def hand_over(self, outgoing: Outgoing, commit: Callable[[], None]) -> Answer:
        """Write one message; a file that is there already is somebody's, and is never written over."""
        path = self._folder / self._name(outgoing.message_id)
        if os.path.lexists(path):  # where the folder may not be searched, Path.exists raises
            return Answer(Outcome.DEFERRED, _TAKEN.format(path=path))
        commit()
        try:
            write_new(path, _UNSENT + outgoing.content, private=True)
        except FileExistsError:
            return Answer(Outcome.DEFERRED, _TAKEN.format(path=path))
        except OSError as error:
            # The name may be given already, and the disk have failed after that: then somebody may send the file.
            outcome = Outcome.IN_DOUBT if os.path.lexists(path) else Outcome.DEFERRED
            return Answer(outcome, f"{path} cannot be written: {error.strerror}")
        return Answer(Outcome.EXPORTED, str(path))
