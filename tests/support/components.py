"""The programs that tests borrow: skipped by name where one is missing, a failure where all must be there."""

import os
import shutil
from typing import NoReturn

import pytest

_NAMES = {"soffice": "LibreOffice", "java": "Java", "chromium": "Chromium"}

_ADMINISTRATORS = ("/usr/sbin", "/sbin")  # where Debian keeps servers, and a person's PATH does not look


def require(program: str) -> str:
    """The path of a program; without it the test is skipped, or fails when PETITIONER_REQUIRE_ALL is 1."""
    path = os.pathsep.join([os.environ["PATH"], *_ADMINISTRATORS])
    return shutil.which(program, path=path) or lack(_NAMES.get(program, program))


def lack(name: str) -> NoReturn:
    """Skip the test because something is not there, or fail it where everything must be."""
    message = f"{name} is not installed"
    if os.environ.get("PETITIONER_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)
