"""What the program gives to other programs and to fingers, as files in tests/data that a change must not change."""

import os
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
RENEW = "PETITIONER_RENEW"


def assert_committed(path: Path, content: str, what: str) -> None:
    """Compare a text with a committed file; with PETITIONER_RENEW=1 write the file anew."""
    if os.environ.get(RENEW):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    committed = path.read_text("utf-8") if path.exists() else ""
    assert content == committed, explain(what, path)


def explain(what: str, path: Path) -> str:
    """What to do about a difference."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "tests").split("::")[0]
    return (
        f"{what} no longer as in {path.relative_to(DATA.parent.parent)}. If that is intended, renew the file, and look"
        f" at what changed: {RENEW}=1 .venv/bin/python -m pytest {test}"
    )
