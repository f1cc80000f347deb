"""``petitioner doctor``: find what is missing on this computer, and name the command that installs it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path
from tempfile import TemporaryFile

from petitioner.build.formats import FORMATS
from petitioner.errors import ExitStatus
from petitioner.fonts import find_face
from petitioner.inputs.settings import SettingsError, locate_settings, read_settings
from petitioner.mail.accounts import AccountError, AccountSettingsError, read_accounts
from petitioner.mail.connections import Timeouts
from petitioner.mail.imap import find_tls_version, list_folders, open_imap
from petitioner.mail.passwords import Secret, find_secret
from petitioner.mail.smtp_session import open_session
from petitioner.model.account import Account, ImapServer, Login, SmtpServer
from petitioner.render import PANGO_LIBRARIES, MissingLibraryError, can_load, report_missing_library
from petitioner.render.pdf_internals import find_unknown_version
from petitioner.tables.locales import load_locales
from petitioner.terminal import Terminal

_PATIENCE = Timeouts(connect=30, greeting=30, command=30)  # seconds: somebody sits and waits, and nothing is at stake
_LATIN_FONTS, _CJK_FONTS = "fonts-noto-core", "fonts-noto-cjk"
_OLDEST = (3, 11)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check; ``package`` is the Debian package to install.

    ``tried`` is true for what was used and not only looked for: if it fails, it is broken and not missing.
    """

    what: str
    ok: bool
    remedy: str = ""
    package: str = ""
    tried: bool = False

    @property
    def verdict(self) -> str:
        """``ok``, ``FAILED`` or ``MISSING``."""
        return "ok" if self.ok else "FAILED" if self.tried else "MISSING"


def check_accounts(
    environment: Mapping[str, str], ask: Callable[[str], str] | None, timeouts: Timeouts = _PATIENCE
) -> Iterator[CheckResult]:
    """Log in to the servers of all mail accounts.

    ``ask`` prompts for a password without showing it; it is None without a terminal.
    """
    try:
        accounts = read_accounts(locate_settings())
    except AccountSettingsError as error:
        yield from (_make_failure(str(problem), problem.hint) for problem in error.problems)
        return
    except SettingsError:  # already reported, among the settings
        return
    if not accounts:
        yield _make_failure("no mail account is set up", "docs/email.md shows how.")
    for account in accounts:
        yield from _check_account(account, environment, ask, timeouts)


def _check_account(
    account: Account, environment: Mapping[str, str], ask: Callable[[str], str] | None, timeouts: Timeouts
) -> Iterator[CheckResult]:
    try:
        secret = find_secret(account, environment, ask) if _needs_secret(account) else None
    except AccountError as error:
        yield _make_failure(f"account {account.name}: {error}", error.hint)
        return
    yield CheckResult(f"account {account.name}: sends as {account.sender.address}", ok=True)
    if account.smtp is not None:
        yield _check_smtp(account.smtp, secret, timeouts)
    if account.imap is not None:
        yield from _check_imap(account.imap, secret, timeouts)


def _needs_secret(account: Account) -> bool:
    return any(server is not None and server.login is not Login.NONE for server in (account.smtp, account.imap))


def _check_smtp(server: SmtpServer, secret: Secret | None, timeouts: Timeouts) -> CheckResult:
    try:
        with open_session(server, secret, timeouts) as session:
            limit = f"up to {session.largest:,} bytes" if session.largest else "any size"
            logins = session.features.get("auth", "").split()
            details = (
                f"{session.tls_version or 'without TLS'}; logins {', '.join(logins) or 'none'}; messages of {limit}"
            )
            session.quit()
    except AccountError as error:
        return _make_failure(f"sending: {error}", error.hint)
    return CheckResult(f"sending by {server}: {details}", ok=True, tried=True)


def _check_imap(server: ImapServer, secret: Secret | None, timeouts: Timeouts) -> Iterator[CheckResult]:
    try:
        tls, folders = _read_folder_names(server, secret, timeouts)
    except AccountError as error:
        yield _make_failure(f"folders: {error}", error.hint)
        return
    yield CheckResult(f"folders on {server}: {tls or 'without TLS'}; {', '.join(folders)}", ok=True, tried=True)
    for key, name in (("drafts", server.drafts), ("sent", server.sent), ("inbox", server.inbox)):
        known = name in folders or name.upper() == "INBOX"  # which every server has, in any case (RFC 9051, 5.1)
        yield CheckResult(f"{key}: '{name}'", known, f"Set imap.{key} to one of the folders above.")


def _read_folder_names(server: ImapServer, secret: Secret | None, timeouts: Timeouts) -> tuple[str, tuple[str, ...]]:
    """Return the version of TLS and the names of all folders. Raises AccountError."""
    imap = open_imap(server, secret, timeouts)
    try:
        return find_tls_version(imap), list_folders(imap)
    finally:
        with suppress(OSError, imap.error):  # an error while logging out changes nothing
            imap.logout()


def _make_failure(what: str, remedy: str) -> CheckResult:
    return CheckResult(what, ok=False, remedy=remedy, tried=True)


def check_machine(terminal: Terminal, folder: Path, *, accounts: bool, as_json: bool) -> int:
    """Check all that a build needs from the computer; return 1 when something is missing.

    With ``accounts``, log in to their servers too.
    """
    results = tuple(_check_computer(folder))
    if accounts:
        results += tuple(check_accounts(os.environ, terminal.ask_secret if terminal.can_ask else None))
    if as_json:
        terminal.show_json([asdict(result) for result in results])
    else:
        for result in results:
            terminal.show(f"{result.verdict:7}  {result.what}", "" if result.ok else "red")
            if not result.ok and result.remedy:
                terminal.show(f"         {result.remedy}")
    missing = [result for result in results if not result.ok]
    if not missing:
        terminal.say_next("petitioner check")
        return ExitStatus.DONE
    packages = sorted({result.package for result in missing if result.package})
    if packages:
        terminal.say_next(f"sudo apt-get install {' '.join(packages)}", "on Debian and Ubuntu")
    return ExitStatus.FAILED


def _check_computer(folder: Path) -> Iterator[CheckResult]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield CheckResult(f"Python {version}", sys.version_info >= _OLDEST, "Python 3.11 or newer is needed.")
    yield CheckResult(f"petitioner {metadata.version('petitioner')}", ok=True)
    for library, package in PANGO_LIBRARIES.items():
        yield CheckResult(library, can_load(library), f"Install the package {package}.", package)
    yield from _check_renderers()
    yield _check_printing()
    yield from _check_fonts()
    yield _check_folder(folder)
    yield _check_settings()


def _check_renderers() -> Iterator[CheckResult]:
    for library, ending in (("weasyprint", "pdf"), ("python-docx", "docx")):
        try:
            FORMATS[ending]()
        except MissingLibraryError as error:
            yield CheckResult(library, ok=False, remedy=f"{error} {error.hint}")
        else:
            yield CheckResult(f"{library} {metadata.version(library)}", ok=True)
    if unknown := find_unknown_version():
        yield CheckResult(unknown[0], ok=False, remedy=unknown[1], tried=True)


def _check_printing() -> CheckResult:
    """Return whether pyipp is there; without it only ``print --printer`` does not work, so nothing is missing."""
    try:
        with report_missing_library("pyipp"):
            import_module("petitioner.paper.ipp")
    except MissingLibraryError as error:
        return CheckResult(f"no pyipp, which only print --printer needs. {error.hint}", ok=True)
    return CheckResult(f"pyipp {metadata.version('pyipp')}, for print --printer", ok=True)


def _check_fonts() -> Iterator[CheckResult]:
    for tag, locale in load_locales().items():
        for family in locale.fonts.pdf:
            package = _CJK_FONTS if "CJK" in family else _LATIN_FONTS
            what = f"the font '{family}', for {locale.english_name} ({tag})"
            yield CheckResult(what, find_face(family) is not None, f"Install the package {package}.", package)


def _check_folder(folder: Path) -> CheckResult:
    try:
        with TemporaryFile(dir=folder):
            return CheckResult(f"files can be written in {folder}", ok=True)
    except OSError as error:
        return CheckResult(f"files can be written in {folder}", ok=False, remedy=f"{error.strerror}.", tried=True)


def _check_settings() -> CheckResult:
    path = locate_settings()
    try:
        coordinator = read_settings(path).coordinator
    except SettingsError as error:
        return CheckResult(f"settings in {path}", ok=False, remedy=f"{error}. {error.hint}", tried=True)
    details = (
        f"the coordinator is {coordinator}"
        if coordinator
        else "no coordinator yet; the first command that writes to the log asks for the name"
    )
    return CheckResult(f"settings in {path}: {details}", ok=True)
