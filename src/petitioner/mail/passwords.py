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
from petitioner.model.characters import explain_refused_character

ENVIRONMENT = "PETITIONER_PASSWORD"
"""The variable with the secret; ``PETITIONER_PASSWORD_OFFICE`` is for the account ``office`` only."""

TIME_LIMIT = 120.0
"""Seconds for a command: it may have to ask its user for the passphrase of a key."""

_MAX_ERROR_CHARACTERS = 500  # of a command's error output
_MIN_HIDDEN_CHARACTERS = 4  # shorter words also occur in ordinary text
_SHOWN_INSTEAD = "[secret]"
_BASE64_WORD = re.compile(r"((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2,3})?)=*")


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password or token that cannot be printed by accident."""

    _value: str

    def __repr__(self) -> str:
        return _SHOWN_INSTEAD

    def reveal(self) -> str:
        """Return the secret, to be sent to the server only."""
        return self._value

    def scrub(self, text: str) -> str:
        """Replace the secret in a text of a server, which may repeat it plain or in base64."""
        return _BASE64_WORD.sub(self._hide_word, text.replace(self._value, _SHOWN_INSTEAD))

    def _hide_word(self, word: re.Match[str]) -> str:
        decoded = base64.b64decode(word[1] + "=" * (-len(word[1]) % 4))
        return _SHOWN_INSTEAD if self._value.encode() in decoded else word[0]


def find_secret(
    account: Account,
    environment: Mapping[str, str],
    ask: Callable[[str], str] | None,
    time_limit: float = TIME_LIMIT,
) -> Secret:
    """Return the secret of an account, from the environment, its command, or ``ask``.

    ``ask`` prompts without echo, and is None without a terminal. Raises AccountError when there is no secret.
    """
    own_variable = f"{ENVIRONMENT}_{account.name.upper().replace('-', '_')}"
    for variable in (own_variable, ENVIRONMENT):
        if variable in environment:
            return _make_secret(environment[variable], f"The variable {variable}")
    if account.password_command:
        output = _run_password_command(account.password_command, time_limit)
        return _make_secret(output, "The output of password_command")
    if ask is not None:
        return _make_secret(
            ask(f"Password of the account '{account.name}' (it is not shown):"), "The password that was typed"
        )
    hint = f"Set password_command in config.toml, or {own_variable} in the environment; docs/email.md says how."
    raise AccountError(f"There is no password for the account '{account.name}', and no terminal to ask for it.", hint)


def _make_secret(value: str, source: str) -> Secret:
    if not value:
        raise AccountError(f"{source} is empty; it should be the password.", "Correct it, then run this again.")
    if any(explain_refused_character(character) for character in value):
        message = f"{source} contains a character that no password has, such as a line end."
        raise AccountError(message, "Delete that character.")
    return Secret(value)


def _run_password_command(command: Sequence[str], time_limit: float) -> str:
    """Return the first line that a command prints, where password managers put the secret.

    It runs in the user's home and without a shell, so that no file of a workspace can replace it. It may ask its user
    through the terminal.
    """
    program = str(Path(command[0]).expanduser()) if command[0].startswith("~/") else command[0]
    try:
        process = subprocess.Popen(  # noqa: S603 - words of the user's own configuration
            [program, *command[1:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path.home()
        )
    except OSError as error:
        message = f"password_command cannot be run: '{command[0]}': {error.strerror}"
        raise AccountError(message, "Correct it in config.toml; each word is an entry of a list.") from None
    with process:
        output, error_output = _read_output(process, command[0], time_limit)
    if process.returncode != 0:
        raise _explain_command_failure(command[0], process.returncode, output, error_output)
    try:
        return output.decode("utf-8").split("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        message = "The output of password_command is not text in UTF-8."
        raise AccountError(message, "Run the command yourself, and look at its output.") from None


def _read_output(process: subprocess.Popen[bytes], program: str, time_limit: float) -> tuple[bytes, bytes]:
    try:
        return process.communicate(timeout=time_limit)
    except subprocess.TimeoutExpired:
        hint = "Run it yourself: does it ask for something? Unlock the password store first."
        raise AccountError(f"password_command '{program}' did not end within {time_limit:g} s.", hint) from None
    finally:
        process.kill()  # no effect on one that has ended; do not wait for its children


def _explain_command_failure(program: str, status: int, output: bytes, error_output: bytes) -> AccountError:
    """Report what the command wrote to standard error; standard output may contain the secret and is never shown."""
    reason = error_output.decode("utf-8", "replace").strip()[-_MAX_ERROR_CHARACTERS:]
    for word in output.decode("utf-8", "replace").split():
        reason = reason.replace(word, _SHOWN_INSTEAD) if len(word) >= _MIN_HIDDEN_CHARACTERS else reason
    hint = f"Its error message: {make_printable(reason)}" if reason else "It gave no reason; run it yourself."
    return AccountError(f"password_command '{program}' ended with status {status}.", hint)
