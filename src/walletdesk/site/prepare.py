"""Bring the database up to date and load the demo: what `up` does before it serves."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg_pool import PoolTimeout

from walletdesk.accounts.models import User
from walletdesk.contacts.personal.models import ContactKey
from walletdesk.conversations.actions.partitions import ensure_partitions
from walletdesk.kit.seal import BadKeyFile, ensure_keyring, read_keyring
from walletdesk.kit.vectors import create_extension
from walletdesk.kit.vectors import forget as forget_vectors
from walletdesk.site.demo.load import load_demo, make_password, sign_ins
from walletdesk.site.refusal import RefusalError
from walletdesk.site.schema import install_schema
from walletdesk.site.static_files import publish

PATIENCE_SECONDS = 30
PASSWORD_FILE = "demo-password"  # noqa: S105 - a file name


@dataclass(frozen=True, slots=True)
class PrepareResult:
    """What `up` tells: the demo's sign-ins and their password, and whether there is an owner."""

    sign_ins: list[tuple[str, str, str]]
    password: str | None
    has_staff: bool


def prepare(report: Callable[[str], None]) -> PrepareResult:
    """Migrate, make partitions, load the demo on first start. Safe to repeat and to interrupt.

    `report` gets a line before each step that takes time.
    """
    _connect()
    _migrate(report)
    _require_keys()
    ensure_partitions()
    if not settings.DEBUG:  # developers see the files as they are written
        publish(settings.STATIC_FOLDER, settings.STATIC_PUBLISHED, settings.STATIC_DIGEST)
    password = None
    if settings.WALLETDESK.demo:
        password = demo_password(settings.WALLETDESK.data)
        with transaction.atomic():
            if load_demo(password=password, report=report):
                report("The demo brand Aurora Wallet is loaded")
    return PrepareResult(
        sign_ins=sign_ins() if password else [],
        password=password,
        has_staff=User.objects.filter(is_active=True).exists(),
    )


def _connect() -> None:
    """Get a connection. The pool gives up soon, for pages; a start on a busy machine may wait."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except (OperationalError, PoolTimeout):
            if time.monotonic() > deadline:
                raise
        else:
            return


def _require_keys() -> None:
    """Make the master keys on first start. Fresh ones would not open what is sealed already."""
    path = settings.WALLETDESK.key_file
    if not path.exists() and ContactKey.objects.exists():
        raise RefusalError(
            f"The master keys are missing: {path}.",
            "Restore the file from its backup. Personal data cannot be read without it.",
        )
    try:
        ensure_keyring(path)
        read_keyring(path)
    except BadKeyFile as error:
        raise RefusalError(str(error), "Restore the file from its backup.") from error


def _migrate(report: Callable[[str], None]) -> None:
    for extension in ("pg_trgm", "vector"):
        create_extension(extension)
    forget_vectors()
    if install_schema():
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        report(f"Bringing the database up to date ({len(waiting)} steps)")
        call_command("migrate", verbosity=0, stdout=io.StringIO())
    call_command("createcachetable", verbosity=0, stdout=io.StringIO())


def demo_password(data: Path) -> str:
    """Return the password of this installation's demo people, made on first use.

    It lies in a file that only this user can read, so that a later start can show it again.
    """
    path = data / PASSWORD_FILE
    if path.exists():
        return path.read_text().strip()
    data.mkdir(parents=True, exist_ok=True)
    password = make_password()
    path.touch(mode=0o600)
    path.write_text(password + "\n")
    return password
