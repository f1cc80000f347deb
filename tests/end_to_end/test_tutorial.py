"""The tutorial is followed word for word, and everything that it shows is what the program shows."""

from pathlib import Path

import pytest

from committed import assert_committed
from servers.scripted import PASSWORD, USER, ScriptedServer
from tutorial import Tutorial

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"


@pytest.mark.slow
def test_every_command_of_the_tutorial_shows_what_the_page_says(
    tmp_path: Path, scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LOGNAME", "anne")
    replaced = {
        "smtp.refugees.example": "127.0.0.1",
        "port = 465": f"port = {scripted.ports.tls}\nca_file = {str(scripted.certificates.authority)!r}",
        'user = "office"': f"user = {USER!r}",
        "your password": PASSWORD,
        "~/.config": f"{Path.home()}/.config",
    }
    came = Tutorial(tmp_path, replaced).follow(PAGE.read_text("utf-8"))
    assert_committed(PAGE, came, "What the tutorial shows is")
