"""What ``doctor`` found out about one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``package`` is the Debian package that brings it when it is missing.

    ``tried`` says that it was not only looked for, so that what is not ok has failed.
    """

    what: str
    ok: bool
    remedy: str = ""
    package: str = ""
    tried: bool = False

    @property
    def verdict(self) -> str:
        """``ok``, or what is wrong, in one word."""
        return "ok" if self.ok else "FAILED" if self.tried else "MISSING"
