"""Which peers are installed here, and their versions. The bench itself installs nothing."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property

PACKAGES = {"Typst": "typst", "WeasyPrint": "weasyprint", "docxtpl": "docxtpl", "docx-mailmerge2": "docx-mailmerge2"}
"""The package of each peer that is written for Python."""

PROGRAMS = {"LibreOffice": "soffice", "Chromium": "chromium"}
"""The program of each other peer."""

_ASK = """
import json
from importlib.metadata import distributions
print(json.dumps({one.name.lower(): one.version for one in distributions()}))
"""


@dataclass
class Peers:
    """The peers that ``python`` can import, and those on the PATH."""

    python: str

    @cached_property
    def versions(self) -> dict[str, str]:
        """The version of each peer that is installed."""
        told = subprocess.run([self.python, "-c", _ASK], capture_output=True, text=True, check=True)
        packages: dict[str, str] = json.loads(told.stdout)
        found = {peer: packages[name] for peer, name in PACKAGES.items() if name in packages}
        programs = {peer: _ask_version(name) for peer, name in PROGRAMS.items() if shutil.which(name)}
        return {**found, **programs}

    @cached_property
    def missing(self) -> list[str]:
        """The peers that are skipped, since they are not installed."""
        return [peer for peer in (*PACKAGES, *PROGRAMS) if peer not in self.versions]

    def has(self, peer: str) -> bool:
        """Whether a peer can be measured."""
        return peer in self.versions


def _ask_version(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=60)
    words = told.stdout.split()
    return next((word for word in words if word[0].isdigit()), "unknown")
