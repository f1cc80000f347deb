"""The programs that tests borrow: skipped by name where one is missing, a failure where all must be there."""

import os
import shutil

import pytest

_NAMES = {"soffice": "LibreOffice"}


def require(program: str) -> str:
    """The path of a program; without it the test is skipped, or fails when PETITIONER_REQUIRE_ALL is 1."""
    if path := shutil.which(program):
        return path
    message = f"{_NAMES.get(program, program)} is not installed"
    if os.environ.get("PETITIONER_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)
