"""The numbers of an address in its languages: which differences are reported, and which are not."""

import pytest

from conftest import WorkspaceCopy
from problems import find

LIST = "recipients.yaml"
OWN = "東京都港区元麻布3-4-33]"
ENGLISH = '[3-4-33 Moto-Azabu, "Minato'


def find_numbers(workspace: WorkspaceCopy, own: str, english: str) -> list[str]:
    """The messages about the numbers of the address in Tokyo, with its street in Japanese and in English."""
    workspace.edit(LIST, OWN, f"東京都港区{own}]")
    workspace.edit(LIST, ENGLISH, f'["{english}", "Minato')
    return [problem.message for problem in find(workspace) if problem.code == "R337"]


@pytest.mark.parametrize(
    ("own", "english"),
    [
        ("元麻布3-9-28", "3-9-2 Moto-Azabu"),
        ("元麻布３－９－２", "3-9-3 Moto-Azabu"),
        ("元麻布3-9-2", "39-2 Moto-Azabu"),
        ("元麻布3-9-22", "3-9-2 Moto-Azabu"),
        ("元麻布3-9-3", "3-9-9 Moto-Azabu"),
        ("元麻布三丁目9番2号", "4-9-2 Moto-Azabu"),
        ("元麻布三丁目九番二号", "3-9-4 Moto-Azabu"),
    ],
)
def test_other_numbers_in_another_language_are_reported(workspace: WorkspaceCopy, own: str, english: str) -> None:
    (message,) = find_numbers(workspace, own, english)
    assert message.startswith("the en lines have other numbers than the ja lines: ")
    assert own in message
    assert english in message


@pytest.mark.parametrize(
    ("own", "english"),
    [
        ("元麻布3-9-2", "2-9-3 Moto-Azabu"),  # the order of another country
        ("元麻布３丁目９番２号", "3-9-2 Moto-Azabu"),
        ("元麻布三丁目9番2号", "3-9-2 Moto-Azabu"),
        ("元麻布三丁目9番2号 5F", "3-9-2 Moto-Azabu, 5F"),
        ("三田二丁目九番十二号", "2-9-12 Mita, Room 501"),
        ("三田2-9-12", "2-9-12 Mita, 5F"),
        ("元麻布3-9-2", "3-9-2 Moto-Azabu, Room 501"),  # only one language has the room
        ("元麻布3-9-2 5階", "Fifth floor, 3-9-2 Moto-Azabu"),
        ("南十三条西23丁目5-1", "5-1, Minami 13-jo Nishi 23-chome"),
        ("元麻布3-9-2 1060046", "3-9-2 Moto-Azabu"),  # the postal code without its hyphen
    ],
)
def test_the_same_place_in_another_form_is_not_reported(workspace: WorkspaceCopy, own: str, english: str) -> None:
    assert find_numbers(workspace, own, english) == []


def test_each_language_that_was_not_corrected_is_named(real: WorkspaceCopy) -> None:
    real.edit(LIST, "東京都港区元麻布3-4-33]", "東京都港区元麻布3-4-38]")
    told = [problem.message for problem in find(real) if problem.code == "R337"]
    assert [message.partition(" lines have")[0] for message in told] == ["the en", "the zh-Hans"]
    assert all("東京都港区元麻布3-4-38" in message for message in told)
