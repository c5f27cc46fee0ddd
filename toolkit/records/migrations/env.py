"""What alembic runs: the steps, on the connection and in the transaction that `upgrading` gives it."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)  # the caller's transaction holds it all
context.run_migrations()
