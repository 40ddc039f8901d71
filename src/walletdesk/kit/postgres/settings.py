"""The configuration files of an embedded cluster, written anew at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEADER = """\
# Written by walletdesk at each start. Put your own settings into local.conf beside this file.
"""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",  # no TCP at all: the socket's folder is the only door
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    # Durability: an acknowledged message survives a power cut.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # "replica" and not "minimal", so that pg_basebackup can copy a running desk; the extra
    # write-ahead log of "replica" only matters for bulk loads.
    "wal_level": "replica",
    "max_wal_senders": "3",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    # Compiling a query takes longer than the short queries of a desk run.
    "jit": "off",
    # One kernel-cached disk: reading in place saves three helper processes.
    "io_method": "sync",
    "timezone": "UTC",
    "lc_messages": "C",
    # Logs: no statement, no parameter and no detail, since each could quote a message.
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}

# The application's role must not log errors at all: a message such as `invalid input syntax for
# type integer: "..."` quotes the value. The application gets the error and decides; background
# processes keep logging theirs.
ROLE_SETTINGS: Mapping[str, str] = {"log_min_messages": "log"}


def write_settings(cluster: Path, extra: Mapping[str, str]) -> None:
    """Write `postgresql.conf` and `pg_hba.conf`; `extra` wins over the table above."""
    merged = {**SETTINGS, **extra}
    lines = [f"{name} = '{_quoted(value)}'\n" for name, value in merged.items()]
    _replace(cluster / "postgresql.conf", HEADER + "".join(lines) + "include 'local.conf'\n")
    own = cluster / "local.conf"
    if not own.exists():
        _replace(own, "# Your own settings; they win over postgresql.conf.\n")
    _replace(
        cluster / "pg_hba.conf",
        HEADER.partition(" Put")[0] + "\nlocal all all trust\nlocal replication postgres trust\n",
    )


def setup_statements(owner: str) -> str:
    """Return the statements that fill a fresh cluster, one per line, for single-user mode.

    The extensions go into template1, so that every database has them and the application's role
    needs no right to create them. The role is no superuser: row security binds it, and an
    injected statement cannot run programs.
    """
    lines = [
        f"CREATE ROLE {owner} LOGIN CREATEDB",
        *(f"ALTER ROLE {owner} SET {name} = '{value}'" for name, value in ROLE_SETTINGS.items()),
        "CREATE EXTENSION vector",
        "CREATE EXTENSION pg_trgm",
        f"CREATE DATABASE {owner} OWNER {owner}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return value.replace("'", "''")


def _replace(path: Path, text: str) -> None:
    # In place would leave half a file on a full disk.
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, "utf-8")
    draft.chmod(0o644)
    draft.replace(path)
