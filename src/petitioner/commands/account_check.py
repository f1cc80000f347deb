"""Whether mail accounts work: their servers are logged in to, and asked what they can do. Nothing is sent."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from petitioner.accounts.connections import Timeouts
from petitioner.accounts.folders import list_folders
from petitioner.accounts.imap import name_tls, open_imap
from petitioner.accounts.reading import AccountError, AccountSettingsError, read_accounts
from petitioner.accounts.secrets import Secret, find_secret
from petitioner.accounts.smtp import open_session
from petitioner.commands.findings import Finding
from petitioner.model.account import Account, ImapServer, Login, SmtpServer
from petitioner.settings import SettingsError, locate_settings

_PATIENCE = Timeouts(connect=30, greeting=30, command=30)  # seconds: somebody sits and waits, and nothing is at stake


def examine_accounts(
    environment: Mapping[str, str], ask: Callable[[str], str] | None, timeouts: Timeouts = _PATIENCE
) -> Iterator[Finding]:
    """Log in everywhere; ``ask`` prompts for a secret without showing it, None where nobody sits there."""
    try:
        accounts = read_accounts(locate_settings())
    except AccountSettingsError as error:
        yield from (_fail(str(problem), problem.hint) for problem in error.problems)
        return
    except SettingsError:  # already reported, among the settings
        return
    if not accounts:
        yield _fail("no mail account is set up", "docs/email.md shows how.")
    for account in accounts:
        yield from _examine_account(account, environment, ask, timeouts)


def _examine_account(
    account: Account, environment: Mapping[str, str], ask: Callable[[str], str] | None, timeouts: Timeouts
) -> Iterator[Finding]:
    try:
        secret = find_secret(account, environment, ask) if _needs_secret(account) else None
    except AccountError as error:
        yield _fail(f"account {account.name}: {error}", error.hint)
        return
    yield Finding(f"account {account.name}: sends as {account.sender.address}", ok=True)
    if account.smtp is not None:
        yield _examine_smtp(account.smtp, secret, timeouts)
    if account.imap is not None:
        yield from _examine_imap(account.imap, secret, timeouts)


def _needs_secret(account: Account) -> bool:
    return any(server is not None and server.login is not Login.NONE for server in (account.smtp, account.imap))


def _examine_smtp(server: SmtpServer, secret: Secret | None, timeouts: Timeouts) -> Finding:
    try:
        with open_session(server, secret, timeouts) as session:
            limit = f"up to {session.largest:,} bytes" if session.largest else "any size"
            logins = session.features.get("auth", "").split()
            said = f"{session.tls_version or 'without TLS'}; logins {', '.join(logins) or 'none'}; messages of {limit}"
            session.part()
    except AccountError as error:
        return _fail(f"sending: {error}", error.hint)
    return Finding(f"sending by {server}: {said}", ok=True, tried=True)


def _examine_imap(server: ImapServer, secret: Secret | None, timeouts: Timeouts) -> Iterator[Finding]:
    try:
        tls, there = _look_into(server, secret, timeouts)
    except AccountError as error:
        yield _fail(f"folders: {error}", error.hint)
        return
    yield Finding(f"folders on {server}: {tls or 'without TLS'}; {', '.join(there)}", ok=True, tried=True)
    for key, name in (("drafts", server.drafts), ("sent", server.sent), ("inbox", server.inbox)):
        known = name in there or name.upper() == "INBOX"  # which every server has, in any case (RFC 9051, 5.1)
        yield Finding(f"{key}: '{name}'", known, f"Set imap.{key} to one of the folders above.")


def _look_into(server: ImapServer, secret: Secret | None, timeouts: Timeouts) -> tuple[str, tuple[str, ...]]:
    """The version of TLS, and the names of all folders. Raises AccountError."""
    imap = open_imap(server, secret, timeouts)
    try:
        return name_tls(imap), list_folders(imap)
    finally:
        with suppress(OSError, imap.error):  # an error while logging out changes nothing
            imap.logout()


def _fail(what: str, remedy: str) -> Finding:
    return Finding(what, ok=False, remedy=remedy, tried=True)
