"""The user's own settings, which stand outside any workspace: who the coordinator is."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from petitioner.errors import ExitStatus, PetitionerError, suggest

_KNOWN = ("coordinator",)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user's own ``config.toml`` says; ``coordinator`` is the name under which log entries are made."""

    coordinator: str | None = None


class SettingsError(PetitionerError):
    """The user's configuration cannot be read."""

    exit_status = ExitStatus.INVALID


def locate_settings() -> Path:
    """Where the user's configuration stands, whether or not it is there (XDG on Linux)."""
    return platformdirs.user_config_path("petitioner") / "config.toml"


def locate_data() -> Path:
    """Where the program keeps what it has to remember for this user, whether or not it is there (XDG on Linux)."""
    return platformdirs.user_data_path("petitioner")


def read_settings(path: Path) -> Settings:
    """Read the user's configuration; a missing file means that nothing is set. Raises ``SettingsError``."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: {error}", "Mend the file, or delete it.") from None
    for key, value in values.items():
        if key not in _KNOWN:
            raise SettingsError(f"{path}: unknown key '{key}'", suggest(key, _KNOWN) or "Known: coordinator.")
        if not isinstance(value, str) or not value.strip() or "\n" in value:
            raise SettingsError(f"{path}: '{key}' must be one line of text", 'Write coordinator = "Your Name".')
    return Settings(**values)
