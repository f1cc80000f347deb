"""An event can say where the log lives from then on, so that a copied folder is known for one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; older events name no home, and keep their hashes."""
    op.add_column("events", sa.Column("home", sa.Text, nullable=False, server_default=""))
