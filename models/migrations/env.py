"""Runs the revisions on the connection that `models.database.migrate` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["shape"],
    compare_type=True,
    compare_server_default=True,
    include_name=context.config.attributes["include_name"],
)
with context.begin_transaction():
    context.run_migrations()
