"""The contact sheets: what they show, and of whom."""

import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with a folder of its own and no LibreOffice."""
    spec = util.spec_from_file_location("gallery", ROOT / "tools" / "gallery.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gallery", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "GALLERY", tmp_path / "build" / "gallery")
    monkeypatch.setattr(module, "WORKSPACES", {"seoul": str(ROOT / "examples" / "seoul")})
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    return module


def test_without_libreoffice_the_sheets_show_the_pdf_and_say_so(
    gallery: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gallery.main() == 0
    assert "soffice (LibreOffice) is not installed" in capsys.readouterr().err
    made = tmp_path / "build" / "gallery"
    assert sorted(path.name for path in made.iterdir()) == ["overview.png", "seoul-kr-seoul-petition.ko.png"]
    with Image.open(made / "seoul-kr-seoul-petition.ko.png") as sheet:
        assert sheet.width < sheet.height
