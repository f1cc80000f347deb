"""The missions of `examples/worldwide/`, all with made-up addresses, so that each gets its letters."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from bench.workspace import ROOT

EXAMPLE = ROOT / "examples" / "worldwide"


def write_worldwide(folder: Path) -> tuple[int, int]:
    """Write the workspace, and return the numbers of its missions and letters.

    A mission gets its letters in those of its languages in which the example has its name.
    """
    shutil.copytree(EXAMPLE / "letters", folder / "letters")
    text = (EXAMPLE / "recipients.yaml").read_text(encoding="utf-8")
    missions = yaml.load(text, Loader=yaml.BaseLoader)["recipients"]  # noqa: S506 - reads text only, so that NO stays NO
    today = datetime.now(UTC).date().isoformat()
    for number, mission in enumerate(missions.values(), 1):
        _complete(mission, number, today)
    written = yaml.safe_dump({"recipients": missions}, allow_unicode=True, sort_keys=False)
    (folder / "recipients.yaml").write_text(written, encoding="utf-8")
    return len(missions), sum(len(mission["languages"]) for mission in missions.values())


def _complete(mission: dict[str, Any], number: int, today: str) -> None:
    """Give a mission an address, if it has none, and let it get letters."""
    for reason in ("skip", "hold"):
        mission.pop(reason, None)
    written = mission["languages"]
    mission["languages"] = [tag for tag in mission["languages"] if tag in mission["name"]] or list(mission["name"])
    mission["verified"] = today
    city = mission["city"]
    for tag in written:
        city.setdefault(tag, city["en"])
    line = str(Locale("en").territories[mission["country"]]).upper()
    lines = {tag: [f"{number} Example Street", city[tag]] for tag in written}
    mission.setdefault("address", {"lines": lines, "country_line": dict.fromkeys(lines, line)})
