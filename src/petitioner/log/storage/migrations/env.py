"""Run by Alembic: the migrations, in the connection and the transaction that the caller has opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    on_version_apply=context.config.attributes["on_version_apply"],
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
