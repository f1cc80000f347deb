"""The machine and the versions that figures depend on, without names of hosts or paths."""

import os
import platform
from importlib import metadata
from pathlib import Path

from bench.installed import Peers


def describe_machine() -> list[str]:
    """Return lines about processor, memory, system and present load."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"processor: {_read_field('/proc/cpuinfo', 'model name')}, {cores} cores",
        f"memory: {memory:.0f} GiB",
        f"system: {_read_field('/etc/os-release', 'PRETTY_NAME')}, Python {platform.python_version()}",
    ]


def describe_versions(peers: Peers) -> list[str]:
    """Return one line for ours with its libraries, and one for the peers."""
    own = ", ".join(f"{name} {metadata.version(name)}" for name in ("weasyprint", "python-docx", "pypdfium2"))
    return [
        f"petitioner {metadata.version('petitioner')} ({own})",
        ", ".join(f"{peer} {version}" for peer, version in peers.versions.items()),
    ]


def _read_field(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    found = (line.partition(sign)[2] for line in lines for sign in ":=" if line.partition(sign)[0].strip() == name)
    return next(found, "unknown").strip(' "')
