"""The tables and triggers of the first version; their SQL is in the .sql file of the same name."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and triggers as the first version did; new logs are made by ``create_tables``."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n\n"):
        op.get_bind().exec_driver_sql(statement)
