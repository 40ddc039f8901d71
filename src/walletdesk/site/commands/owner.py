"""`walletdesk create-owner`: the first person of a desk, or a way back in."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Make a person with the role of owner in a brand.

    Raises:
        RefusalError: no desk yet, no such brand, a weak password or no e-mail address.

    """
    config = load_config(os.environ)
    email = arguments.email or _asked("E-mail: ")
    name = arguments.name or _asked("Name: ")
    password = _password(from_stdin=arguments.password_stdin)
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        brand = _create(email, name, password, arguments.brand)
    sys.stdout.write(f"{email} is now an owner of {brand}.\n")
    return 0


def _create(email: str, name: str, password: str, slug: str | None) -> str:
    from walletdesk.accounts.actions.names import BadName  # noqa: PLC0415 - as below
    from walletdesk.accounts.actions.own_account import LongPassword  # noqa: PLC0415 - as below
    from walletdesk.accounts.actions.people import BadEmail, WeakPassword, create_member  # noqa: PLC0415 - models, so after load_django
    from walletdesk.accounts.queries import get_brand  # noqa: PLC0415 - as above
    from walletdesk.accounts.types import Role  # noqa: PLC0415 - as above
    from walletdesk.kit.errors import NotFound  # noqa: PLC0415 - as above

    try:
        brand = get_brand(slug)
        create_member(brand=brand, email=email, name=name, password=password, role=Role.OWNER)
    except NotFound as error:
        raise RefusalError(
            f"There is no brand {slug!r}." if slug else "There is no brand yet.",
            "Leave out --brand for the first one, which the demo makes.",
        ) from error
    except BadEmail as error:
        raise RefusalError(
            f"{email!r} is no e-mail address.", "Give one like a@b.example."
        ) from error
    except BadName as error:
        raise RefusalError(
            "The name cannot be used.", "Give one of at most 80 ordinary characters."
        ) from error
    except LongPassword as error:
        raise RefusalError(
            "The password is longer than 1,024 bytes.", "Choose a shorter one."
        ) from error
    except WeakPassword as error:
        reasons = " ".join(str(reason) for reason in error.fields["reasons"])
        raise RefusalError(f"The password is too weak: {reasons}", "Choose another one.") from error
    return str(brand.name)


def _asked(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise RefusalError(
            f"{prompt.rstrip(': ')} is missing.", "Give --email, --name and --password-stdin."
        )
    return input(prompt).strip()


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise RefusalError("The password is missing.", "Give it on stdin with --password-stdin.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise RefusalError("The two passwords differ.", "Start again.")
    return password
