import pytest

from components import require


def test_a_missing_program_skips_the_test_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PETITIONER_REQUIRE_ALL", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="LibreOffice is not installed"):
        require("soffice")


def test_where_all_programs_must_be_there_a_missing_one_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETITIONER_REQUIRE_ALL", "1")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="no-such-program is not installed"):
        require("no-such-program")


def test_a_program_that_is_there_is_named_by_its_path() -> None:
    assert require("sh").endswith("/sh")
