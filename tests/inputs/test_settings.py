"""The user's own settings."""

import os
from pathlib import Path

import pytest

from petitioner.inputs.settings import Settings, SettingsError, locate_data, locate_settings, read_settings


def read(folder: Path, content: str | bytes) -> Settings:
    """The settings of a file that holds ``content``."""
    path = folder / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_settings(path)


def test_no_file_means_that_nothing_is_set(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "config.toml") == Settings()


def test_the_settings_stand_in_the_users_own_folder() -> None:
    assert locate_settings() == Path.home() / ".config" / "petitioner" / "config.toml"
    assert locate_data() == Path.home() / ".local" / "share" / "petitioner"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_coordinator_is_named(tmp_path: Path, mark: str) -> None:
    assert read(tmp_path, f'{mark}coordinator = "加藤 博"\n').coordinator == "加藤 博"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('cordinator = "A"\n', "unknown key 'cordinator'. Did you mean 'coordinator'?"),
        ('password = "secret"\nprinter = "x"\n', "unknown key 'password'; unknown key 'printer'"),
        ("coordinator = 3\n", "'coordinator' must be one line of text"),
        ('coordinator = " "\n', "'coordinator' must be one line of text"),
        ('coordinator = "A\\nB"\n', "'coordinator' must be one line of text"),
        ('coordinator = "A\\u202eB"\n', "'coordinator' must be one line of text"),
        ("coordinator = A\n", "line 1"),
        ('coordinator = "A"\ncoordinator = "B"\n', "line 2"),
        ('coordinator = "加藤"\n'.encode("cp932"), "is not UTF-8"),
        (f"accounts = {'[' * 50_000}", "nested too deep"),
        (f"coordinator = {'9' * 5_000}", "4300 digits"),
        ('coordinator = "\0"', "'\\x00'"),
        ("." * 10, "Invalid statement"),
    ],
)
def test_a_faulty_file_is_told_by_its_path(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, content)
    assert str(tmp_path / "config.toml") in str(caught.value)
    assert said in str(caught.value)
    assert caught.value.hint
    assert caught.value.exit_status == 3


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Is a directory"):
        read_settings(tmp_path)


def test_a_pipe_or_a_device_in_its_place_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(SettingsError, match="it is not a regular file"):
        read_settings(tmp_path / "config.toml")
    (tmp_path / "endless.toml").symlink_to("/dev/zero")
    with pytest.raises(SettingsError, match="it is not a regular file"):
        read_settings(tmp_path / "endless.toml")


def test_the_file_may_be_a_link_to_where_a_person_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "dotfiles.toml").write_text('coordinator = "Hanako"\n')
    (tmp_path / "config.toml").symlink_to(tmp_path / "dotfiles.toml")
    assert read_settings(tmp_path / "config.toml").coordinator == "Hanako"
