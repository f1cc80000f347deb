"""The first tables and triggers, as they stood when the first log was begun; the SQL lies beside this file."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything. The program makes new logs by ``schema``; this is what older ones were made like."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n\n"):
        op.get_bind().exec_driver_sql(statement)
