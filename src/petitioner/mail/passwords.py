"""Get passwords from the environment, a command of the user, or a prompt; never from a file."""

import base64
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import make_printable
from petitioner.model.account import Account
from petitioner.model.types import explain_refused_character

ENVIRONMENT = "PETITIONER_PASSWORD"
"""The variable with the secret; ``PETITIONER_PASSWORD_OFFICE`` is for the account ``office`` only."""

TIME_LIMIT = 120.0
"""Seconds for a command: it may have to ask its user for the passphrase of a key."""

_MOST_SAID = 500  # characters of what a command says about its failure
_SHORTEST_SECRET = 4  # characters: shorter words also occur in ordinary text
_HIDDEN = "[secret]"
_BASE64 = re.compile(r"((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2,3})?)=*")


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password or token that cannot be printed by accident."""

    _value: str

    def __repr__(self) -> str:
        return _HIDDEN

    def reveal(self) -> str:
        """Return the secret, to be sent to the server only."""
        return self._value

    def scrub(self, text: str) -> str:
        """Replace the secret in a text, should a server have repeated it, plain or in base64."""
        return _BASE64.sub(self._hide, text.replace(self._value, _HIDDEN))

    def _hide(self, word: re.Match[str]) -> str:
        decoded = base64.b64decode(word[1] + "=" * (-len(word[1]) % 4))
        return _HIDDEN if self._value.encode() in decoded else word[0]


def find_secret(
    account: Account,
    environment: Mapping[str, str],
    ask: Callable[[str], str] | None,
    time_limit: float = TIME_LIMIT,
) -> Secret:
    """Return the secret of an account; ``ask`` prompts without echo, and is None without a terminal.

    Raises AccountError when there is no secret.
    """
    own = f"{ENVIRONMENT}_{account.name.upper().replace('-', '_')}"
    for variable in (own, ENVIRONMENT):
        if variable in environment:
            return _check(environment[variable], f"The variable {variable}")
    if account.password_command:
        return _check(_run(account.password_command, time_limit), "What password_command printed")
    if ask is not None:
        return _check(ask(f"Password of the account '{account.name}' (it is not shown):"), "What was typed")
    hint = f"Set password_command in config.toml, or {own} in the environment; docs/email.md says how."
    raise AccountError(f"There is no password for the account '{account.name}', and nobody to ask.", hint)


def _check(value: str, source: str) -> Secret:
    if not value:
        raise AccountError(f"{source} is empty, and should be the password.", "Correct it, then run this again.")
    if any(explain_refused_character(character) for character in value):
        raise AccountError(
            f"{source} holds a character that no password has, such as a line end.", "Look for it there."
        )
    return Secret(value)


def _run(command: Sequence[str], time_limit: float) -> str:
    """Return the first line that a command prints, where password managers put the secret.

    It runs in the user's home and without a shell, so that no file of a workspace can replace it. It may ask its user
    through the terminal.
    """
    program = str(Path(command[0]).expanduser()) if command[0].startswith("~/") else command[0]
    try:
        running = subprocess.Popen(  # noqa: S603 - words of the user's own configuration
            [program, *command[1:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path.home()
        )
    except OSError as error:
        message = f"password_command cannot be run: '{command[0]}': {error.strerror}"
        raise AccountError(message, "Correct it in config.toml; each word is an entry of a list.") from None
    with running:
        said, complaint = _wait_for(running, command[0], time_limit)
    if running.returncode != 0:
        raise _explain_failure(command[0], running.returncode, said, complaint)
    try:
        return said.decode("utf-8").split("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise AccountError("What password_command printed is not text in UTF-8.", "Run it yourself and look.") from None


def _wait_for(running: subprocess.Popen[bytes], program: str, time_limit: float) -> tuple[bytes, bytes]:
    try:
        return running.communicate(timeout=time_limit)
    except subprocess.TimeoutExpired:
        hint = "Run it yourself: does it ask for something? Unlock the password store first."
        raise AccountError(f"password_command '{program}' did not end within {time_limit:g} s.", hint) from None
    finally:
        running.kill()  # no effect on one that has ended; do not wait for its children


def _explain_failure(program: str, status: int, said: bytes, complaint: bytes) -> AccountError:
    """Report what the command wrote to standard error; standard output may contain the secret and is never shown."""
    words = complaint.decode("utf-8", "replace").strip()[-_MOST_SAID:]
    for word in said.decode("utf-8", "replace").split():
        words = words.replace(word, _HIDDEN) if len(word) >= _SHORTEST_SECRET else words
    hint = f"It said: {make_printable(words)}" if words else "It said nothing about why; run it yourself."
    return AccountError(f"password_command '{program}' ended with status {status}.", hint)
