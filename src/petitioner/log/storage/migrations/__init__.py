"""The way from every released version of the log's tables to the present one. Importing this imports Alembic.

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
    """A migration has dropped triggers: a fault of ours, and no reason to keep what it did."""


def migrate(connection: Connection, version: str = "head") -> None:
    """Bring the tables up to ``version`` in the transaction that is open, which the caller rolls back on any error.

    Raises ``LostTriggerError`` when a step has lost a trigger that was there before, SQLAlchemy's errors otherwise.
    """
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = watch_triggers(connection)
    command.upgrade(config, version)


def watch_triggers(connection: Connection) -> Callable[..., None]:
    """What Alembic calls after each step: raises ``LostTriggerError`` when a trigger is gone that is there now."""
    before = _read_triggers(connection)

    def watch(**_: object) -> None:
        if lost := before - _read_triggers(connection):
            raise LostTriggerError(f"a migration lost {', '.join(sorted(name for name, _ in lost))}")

    return watch


def _read_triggers(connection: Connection) -> set[tuple[str, str]]:
    return {(name, sql) for name, sql in connection.exec_driver_sql(_TRIGGERS)}
