"""``petitioner doctor``: find what this machine lacks, and the command that installs it."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module, metadata
from pathlib import Path
from tempfile import TemporaryFile

from petitioner.commands.account_check import examine_accounts
from petitioner.commands.findings import Finding
from petitioner.errors import ExitStatus
from petitioner.fonts import FontConfigError, find_face
from petitioner.locales import load_locales
from petitioner.production.formats import FORMATS
from petitioner.renderers import PANGO, MissingLibraryError, can_load, loading
from petitioner.renderers.pdf_internals import find_unknown_version
from petitioner.settings import SettingsError, locate_settings, read_settings
from petitioner.terminal import Terminal

_LATIN_FONTS, _CJK_FONTS = "fonts-noto-core", "fonts-noto-cjk"
_OLDEST = (3, 11)


def examine_machine(terminal: Terminal, folder: Path, *, accounts: bool, as_json: bool) -> int:
    """Look at everything that a build needs from the machine: 0 all there, 1 something is missing.

    With ``accounts`` their servers are logged in to as well.
    """
    findings = tuple(_examine(folder))
    if accounts:
        findings += tuple(examine_accounts(os.environ, terminal.ask_secret if terminal.can_ask else None))
    if as_json:
        terminal.show_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _show(terminal, finding)
    missing = [finding for finding in findings if not finding.ok]
    if not missing:
        terminal.say_next("petitioner check")
        return ExitStatus.DONE
    packages = sorted({finding.package for finding in missing if finding.package})
    if packages:
        terminal.say_next(f"sudo apt-get install {' '.join(packages)}", "on Debian and Ubuntu")
    return ExitStatus.FAILED


def _show(terminal: Terminal, finding: Finding) -> None:
    terminal.show(f"{finding.verdict:7}  {finding.what}", "" if finding.ok else "red")
    if not finding.ok and finding.remedy:
        terminal.show(f"         {finding.remedy}")


def _examine(folder: Path) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(f"Python {version}", sys.version_info >= _OLDEST, "Python 3.11 or newer is needed.")
    yield Finding(f"petitioner {metadata.version('petitioner')}", ok=True)
    for library, package in PANGO.items():
        yield Finding(library, can_load(library), f"Install the package {package}.", package)
    yield from _examine_renderers()
    yield _examine_printing()
    yield Finding("fc-match", shutil.which("fc-match") is not None, "Install the package fontconfig.", "fontconfig")
    yield from _examine_fonts()
    yield _examine_folder(folder)
    yield _examine_settings()


def _examine_renderers() -> Iterator[Finding]:
    for library, ending in (("weasyprint", "pdf"), ("python-docx", "docx")):
        try:
            FORMATS[ending]()
        except MissingLibraryError as error:
            yield Finding(library, ok=False, remedy=f"{error} {error.hint}")
        else:
            yield Finding(f"{library} {metadata.version(library)}", ok=True)
    if unknown := find_unknown_version():
        yield Finding(unknown[0], ok=False, remedy=unknown[1], tried=True)


def _examine_printing() -> Finding:
    """What only some need is not missing: without it ``print`` makes a PDF, and only ``--printer`` does not work."""
    try:
        with loading("pyipp"):
            import_module("petitioner.carriers.ipp")
    except MissingLibraryError as error:
        return Finding(f"no pyipp, which only print --printer needs. {error.hint}", ok=True)
    return Finding(f"pyipp {metadata.version('pyipp')}, for print --printer", ok=True)


def _examine_fonts() -> Iterator[Finding]:
    for tag, locale in load_locales().items():
        for family in locale.fonts.pdf:
            package = _CJK_FONTS if "CJK" in family else _LATIN_FONTS
            what = f"the font '{family}', for {locale.english_name} ({tag})"
            try:
                yield Finding(what, find_face(family) is not None, f"Install the package {package}.", package)
            except FontConfigError as error:
                yield Finding(what, ok=False, remedy=f"It cannot be looked for. {error}.", package="fontconfig")


def _examine_folder(folder: Path) -> Finding:
    try:
        with TemporaryFile(dir=folder):
            return Finding(f"files can be written in {folder}", ok=True)
    except OSError as error:
        return Finding(f"files can be written in {folder}", ok=False, remedy=f"{error.strerror}.", tried=True)


def _examine_settings() -> Finding:
    path = locate_settings()
    try:
        coordinator = read_settings(path).coordinator
    except SettingsError as error:
        return Finding(f"settings in {path}", ok=False, remedy=f"{error}. {error.hint}", tried=True)
    said = (
        f"the coordinator is {coordinator}"
        if coordinator
        else "no coordinator yet; the first command that writes to the log asks for the name"
    )
    return Finding(f"settings in {path}: {said}", ok=True)
