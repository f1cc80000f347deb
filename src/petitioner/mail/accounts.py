"""Read the mail accounts of the user's ``config.toml``; report all mistakes at once, and show no secret."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from petitioner.errors import PetitionerError, Problem, UsageError, WorkspaceError, suggest
from petitioner.inputs.settings import read_settings
from petitioner.model.account import Account, ImapServer, Login, Security, Server, SmtpServer, is_loopback
from petitioner.model.types import Location
from petitioner.source.records import read_record
from petitioner.source.yaml import Document, Value

_SECRETS = re.compile(r"(.*_)?(pass|passwd|password|passphrase|pwd|secret|token|api_?key)", re.IGNORECASE)
_URL_WITH_SECRET = re.compile(r"\w://[^/\s]*:[^/\s]*@")
_SECTION = "accounts"
_SEE_DOCS = "docs/email.md shows a whole account."
_HINTS = {"V201": f"Add it; {_SEE_DOCS}", "V203": _SEE_DOCS}  # the usual hints are about YAML, and this is TOML
_NO_SECRETS = (
    "Take it out of the file, and change it if others could read the file. The secret comes from password_command, "
    "from PETITIONER_PASSWORD in the environment, or from a prompt."
)


class AccountSettingsError(WorkspaceError):
    """The accounts in the user's configuration have errors, so nothing was attempted."""


class AccountError(PetitionerError):
    """An account cannot be used: it does not exist, has no password, or its server refuses it."""


def read_accounts(path: Path) -> tuple[Account, ...]:
    """Return all accounts of the user's configuration, in its order. Raises SettingsError and AccountSettingsError."""
    accounts: list[Account] = []
    problems: list[Problem] = []
    for name, value in read_settings(path).accounts.items():
        account, faults = _read_account(path, name, value)
        problems += faults
        if account is not None:
            accounts.append(account)
    if problems:
        raise AccountSettingsError(problems, _SEE_DOCS)
    return tuple(accounts)


def choose_account(accounts: Sequence[Account], name: str | None) -> Account:
    """Return the account of that name, or the only one. Raises AccountError and UsageError."""
    names = [account.name for account in accounts]
    if not accounts:
        raise AccountError("No mail account is set up.", "docs/email.md shows how.")
    if name is None and len(accounts) > 1:
        raise UsageError(f"There are {len(accounts)} accounts: {', '.join(names)}.", "Choose one: --account NAME.")
    if name is not None and name not in names:
        raise UsageError(f"There is no account '{name}'.", f"{suggest(name, names)} Known: {', '.join(names)}.".strip())
    return next(account for account in accounts if name in (None, account.name))


def require_smtp(account: Account) -> SmtpServer:
    """Return the SMTP server of an account. Raises AccountError when it has no SMTP server."""
    if account.smtp is None:
        hint = "Name one in config.toml, or let a person send: petitioner send --drafts, or --eml DIR"
        raise AccountError(f"The account '{account.name}' has no server to send by ('smtp').", hint)
    return account.smtp


def require_imap(account: Account) -> ImapServer:
    """Return the IMAP server of an account. Raises AccountError when it has no IMAP server."""
    if account.imap is None:
        hint = "Name one in config.toml; docs/email.md shows how."
        raise AccountError(f"The account '{account.name}' has no server for its folders ('imap').", hint)
    return account.imap


def _read_account(path: Path, name: str, value: object) -> tuple[Account | None, list[Problem]]:
    place = f"{path} [{_SECTION}.{name}]"
    if not isinstance(value, Mapping):
        return None, [Problem(place, 0, "V203", f"'{name}' must be a table, [{_SECTION}.{name}]", _SEE_DOCS)]
    hidden = dict(_find_secrets(place, value, ()))
    document = Document(place, cast("Value", value), reported=frozenset(hidden))
    account, faults = read_record(Account, document, given={"name": name})
    problems = [replace(fault, line=0, hint=_HINTS.get(fault.code, fault.hint)) for fault in faults]
    return account, [*hidden.values(), *problems, *(_check_account_values(place, account) if account else ())]


def _find_secrets(place: str, value: object, location: Location) -> Iterator[tuple[Location, Problem]]:
    """Yield each value that may be a secret in the wrong place: location and problem, which never shows the value."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _find_secrets(place, part, (*location, key))
        return
    name = ".".join(str(part) for part in location)
    if description := _describe_secret(str(location[-1]), value):
        yield location, Problem(place, 0, "U101", f"'{name}' {description}", _NO_SECRETS)
    elif description := _describe_expected_value(str(location[-1]), value):
        yield location, Problem(place, 0, "V203", f"'{name}' must be {description}", _SEE_DOCS)


def _describe_secret(key: str, value: object) -> str:
    """Return why a value must not be in the file, or an empty text."""
    if _SECRETS.fullmatch(key.replace("-", "_")):
        return "is a secret, and secrets do not belong in a file"
    words = value if isinstance(value, list) else [value]
    return "holds a password in a URL" if any(_URL_WITH_SECRET.search(str(word)) for word in words) else ""


def _describe_expected_value(key: str, value: object) -> str:
    """Return what the value of a key should be, or an empty text; a wrong value here is often a password."""
    if key == "password_command" and not (isinstance(value, list) and all(isinstance(word, str) for word in value)):
        return 'a list of words, such as ["pass", "show", "office"]'
    if key == "login" and value not in list(Login):
        return f"one of {', '.join(Login)}"
    return "the name of a server alone" if key == "host" and "@" in str(value) else ""


def _check_account_values(place: str, account: Account) -> Iterator[Problem]:
    program = account.password_command[0] if account.password_command else ""
    if "/" in program and not _is_absolute(program):
        hint = "Write the program's name alone, or its whole path from / or ~/ on."
        yield Problem(place, 0, "U104", f"'password_command' runs '{program}' of the present folder", hint)
    if account.imap and account.imap.sent.casefold() == account.imap.drafts.casefold():
        message = "'imap.sent' and 'imap.drafts' are one folder, so that a draft would count as sent"
        yield Problem(place, 0, "U105", message, "petitioner doctor --accounts lists the folders that there are.")
    for name, server in (("smtp", account.smtp), ("imap", account.imap)):
        if server is not None:
            yield from _check_server(place, name, server)


def _check_server(place: str, name: str, server: Server) -> Iterator[Problem]:
    if server.security is Security.NONE and not is_loopback(server.host):
        message = (
            f"'{name}.security' cannot be 'none' for {server.host}: everybody on the network could read the e-mails"
        )
        yield Problem(place, 0, "U102", message, "Write 'tls' or 'starttls'; 'none' is for 127.0.0.1 only.")
    if server.login is not Login.NONE and server.user is None:
        message = f"'{name}.user' is missing, and '{name}.login' is '{server.login}'"
        yield Problem(place, 0, "U103", message, "Add the name to log in with; it is often the whole address.")
    if server.ca_file is not None and not _is_absolute(server.ca_file):
        message = f"'{name}.ca_file' is '{server.ca_file}', a path in the present folder"
        yield Problem(place, 0, "U104", message, "Write its whole path, from / or ~/ on.")


def _is_absolute(path: str) -> bool:
    """Whether a path does not depend on the folder in which the program is started."""
    return path.startswith("~/") or Path(path).is_absolute()
