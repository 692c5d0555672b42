"""Run migrations over the connection that `tasks/store/opening.py` hands over, within its transaction."""

from alembic import context

from tasks.store.schema import REVISION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=REVISION_TABLE,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
context.run_migrations()
