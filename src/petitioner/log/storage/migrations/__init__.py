"""Migrate the log's tables from every released version to the present one. Importing this imports Alembic.

A migration only adds: SQLite changes a column by copying the table, and a copied table has no triggers.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, event, exc

from petitioner.errors import PetitionerError
from petitioner.log.storage.copies import keep_copy
from petitioner.log.storage.sqlite import VERSION, connect, is_behind

SCRIPTS: Final = "petitioner:log/storage/migrations"
"""Where Alembic finds the scripts, also inside an installed package."""

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


class LostTriggerError(Exception):
    """A migration has dropped triggers; that is a bug, so the migration must be rolled back."""


def migrate_file(path: Path, patience: float) -> None:
    """Copy the log to the user's data folder, and migrate it, unless another process has just done so.

    SQLite waits ``patience`` seconds for locks. Raises ``PetitionerError``, and SQLite's errors for the log.
    """
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, writing=True, patience=patience), poolclass=NullPool
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            driver = connection.connection.driver_connection
            if isinstance(driver, sqlite3.Connection) and is_behind(driver, path):
                # Another connection reads beside the one that holds the log, so nothing comes in between.
                kept = keep_copy(path, "before-migrating", patience)
                _migrate_or_explain(connection, path, kept)
    except exc.DBAPIError as error:
        raise error.orig or error from error


def _migrate_or_explain(connection: Connection, path: Path, kept: Path | None) -> None:
    try:
        migrate(connection)
    except exc.OperationalError as error:
        if "ERROR" not in getattr(error.orig, "sqlite_errorname", ""):
            raise
        sentence = f"The mailing log {path} cannot be brought to version {VERSION} ({error.orig})."
        raise PetitionerError(sentence, f"It was left as it is; a copy is in {kept}.") from error


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
