"""Migrate the log's tables from every released version to the present one. Importing this imports Alembic.

A migration only adds: SQLite changes a column by copying the table, and a copied table has no triggers.
"""

from collections.abc import Callable
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

SCRIPTS: Final = "petitioner:log/storage/migrations"
"""Where Alembic finds the scripts, also inside an installed package."""

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


class LostTriggerError(Exception):
    """A migration has dropped triggers; that is a bug, so the migration must be rolled back."""


def migrate(connection: Connection, version: str = "head") -> None:
    """Migrate the tables to ``version`` in the open transaction, which the caller rolls back on any error.

    Raises ``LostTriggerError`` when a step drops a trigger, and SQLAlchemy's errors.
    """
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = watch_triggers(connection)
    command.upgrade(config, version)


def watch_triggers(connection: Connection) -> Callable[..., None]:
    """Return a function for Alembic to call after each step; it raises ``LostTriggerError`` for a lost trigger."""
    before = _read_triggers(connection)

    def watch(**_: object) -> None:
        if lost := before - _read_triggers(connection):
            raise LostTriggerError(f"a migration lost {', '.join(sorted(name for name, _ in lost))}")

    return watch


def _read_triggers(connection: Connection) -> set[tuple[str, str]]:
    return {(name, sql) for name, sql in connection.exec_driver_sql(_TRIGGERS)}
