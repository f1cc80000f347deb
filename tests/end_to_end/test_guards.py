"""The guards of conftest bite."""

import socket
from pathlib import Path

import pytest


def test_no_test_can_reach_another_machine() -> None:
    with socket.socket() as line, pytest.raises(AssertionError, match="tried to reach"):
        line.connect(("192.0.2.1", 25))  # TEST-NET-1, RFC 5737: no machine has it


def test_no_test_sees_the_home_of_whoever_runs_it() -> None:
    assert not (Path.home() / ".config").exists()
