"""An event can say where the log lives from then on, so that a copied folder is known for one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; what stands in the log says nothing of a home, and its hashes stay as they are."""
    op.add_column("events", sa.Column("home", sa.Text, nullable=False, server_default=""))
