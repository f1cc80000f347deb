"""Add the log's machine and folder to events, so that a copied log can be recognized."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; it is empty in older events, so they keep their hashes."""
    op.add_column("events", sa.Column("home", sa.Text, nullable=False, server_default=""))
