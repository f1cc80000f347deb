"""Read the user's ``config.toml``, outside any workspace: the coordinator's name, and mail accounts unchecked."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from petitioner.errors import ExitStatus, PetitionerError, advise_writing, suggest
from petitioner.files import make_private_folder, read_regular_file, write_atomically
from petitioner.model.characters import find_refused_character

_KNOWN = ("coordinator", "accounts")
_EXAMPLE = 'It holds lines such as: coordinator = "Your Name"'


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's ``config.toml``; ``coordinator`` is the author of log entries.

    ``accounts`` are checked only when one is needed, so that a mistake in them does not stop letters on paper.
    """

    coordinator: str | None = None
    accounts: Mapping[str, object] = field(default_factory=dict, repr=False)  # somebody may have put a password there


class SettingsError(PetitionerError):
    """The user's configuration cannot be read."""

    exit_status = ExitStatus.INVALID


def locate_settings() -> Path:
    """Return the path of the user's configuration, which need not exist (XDG on Linux)."""
    return platformdirs.user_config_path("petitioner") / "config.toml"


def locate_data() -> Path:
    """Return the user's data folder, which need not exist (XDG on Linux)."""
    return platformdirs.user_data_path("petitioner")


def locate_cache() -> Path:
    """Return the user's folder for what only saves work, which need not exist (XDG on Linux)."""
    return platformdirs.user_cache_path("petitioner")


def read_settings(path: Path) -> Settings:
    """Read the user's configuration; a missing file is an empty one. Raises ``SettingsError``."""
    try:
        values = tomllib.loads(read_regular_file(path, follow=True).decode("utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8", "Save it with the encoding UTF-8.") from None
    except ValueError as error:  # of TOML, or a number too long to read
        raise SettingsError(f"{path}: {error}", _EXAMPLE) from None
    except RecursionError:
        raise SettingsError(f"{path}: lists and tables are nested too deep", _EXAMPLE) from None
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}", "Check its permissions, or delete it."
        ) from None
    if faults := tuple(_find_faults(values)):
        raise SettingsError(f"{path}: {'; '.join(faults)}", _EXAMPLE)
    return Settings(**values)


def save_coordinator(path: Path, name: str) -> None:
    """Write the coordinator's name into the user's configuration, and change nothing else.

    Raises ``SettingsError`` if it cannot be read or written, or names a coordinator already.
    """
    try:
        before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        values = tomllib.loads(before)
        # As the first line: below, it could become part of a table.
        after = f"coordinator = {json.dumps(name, ensure_ascii=False)}\n{before}"
        if tomllib.loads(after) != {**values, "coordinator": name}:
            raise SettingsError(f"{path} cannot be changed line by line", _EXAMPLE)
        make_private_folder(path.parent)
        write_atomically(path.resolve(), after.encode(), private=not before)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}", _EXAMPLE) from None
    except OSError as error:
        hint = advise_writing(error, "Check its permissions.")
        raise SettingsError(f"{path} cannot be written: {error.strerror}", hint) from None


def _find_faults(values: Mapping[str, object]) -> Iterator[str]:
    for key, value in values.items():
        if key not in _KNOWN:
            yield f"unknown key '{key}'. {suggest(key, _KNOWN)}".strip(" .")
        elif key == "accounts":
            if not isinstance(value, Mapping):
                yield "'accounts' must be a table, such as [accounts.office]"
        elif not isinstance(value, str) or not value.strip() or find_refused_character(value) or "\n" in value:
            yield f"'{key}' must be one line of text"
