"""Characters that come out as something else are refused; those that people need for their names are not."""

import pytest

from conftest import WorkspaceCopy


@pytest.mark.parametrize(
    ("language", "written", "name"),
    [
        ("en", "Kato Hiroshi", "Adé Ọ́láńrewájú"),  # an accent that no single character has
        ("en", "Kato Hiroshi", "Jean–Luc D’Arc-Müller, 3 µm"),
        ("ja", "加藤　博", "葛\U000e0100城　博"),  # a chosen form that the font has
        ("ja", "加藤　博", "神谷　⽾"),  # a radical alone is what it is
        ("ja", "加藤　博", "か゚き　ガガ"),
    ],
)
def test_a_name_that_a_person_has_is_admitted(workspace: WorkspaceCopy, language: str, written: str, name: str) -> None:
    workspace.edit("letters/2027/campaign.yaml", f"{language}: {written}", f'{language}: "{name}"')
    ending = workspace.run("check")
    assert ending.status == 0, ending.err


def test_of_two_characters_that_look_alike_the_odd_one_is_named(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/petition.ja.md", "謹啓", "⽇")
    ending = workspace.run("check", "--lang", "ja")
    assert "petition.ja.md:3: '⽇' (U+2F47) looks the same as '日' (U+65E5), also in the letter [G102]" in ending.err
    assert "Write '日'" in ending.err


def test_a_mark_that_does_nothing_is_shown_among_its_neighbours(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/campaign.yaml", "Kato Hiroshi", "Kato\u200eHiroshi")
    ending = workspace.run("check")
    assert "campaign.yaml:22: U+200E in 'Kato\u200eHiroshi' sets a direction" in ending.err


def test_half_of_a_character_is_named_as_it_was_written(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/campaign.yaml", "Kato Hiroshi", '"Kato \\ud83d"')
    ending = workspace.run("check")
    assert "campaign.yaml:22: \\ud83d makes U+D83D, which is half of a surrogate pair" in ending.err
