"""What each command runs. Its modules are imported only then: `up` must stay small."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

# Imports stand inside the functions: `guard` must start at once.
# ruff: noqa: PLC0415


def up(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import up

    given = {} if arguments.port is None else {"WALLETDESK_PORT": str(arguments.port)}
    return up.run({**os.environ, **given})


def check(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import check

    return check.run(as_json=arguments.json)


def owner(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import owner

    return owner.run(arguments)


def rotate(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import keys

    return keys.run(forget_old=arguments.forget_old)


def search_index(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import search_index

    return search_index.run(refill=arguments.refill)


def articles(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import articles

    return articles.run(arguments)


def ask(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import ask

    if arguments.url is None:
        from walletdesk.site.config import load_config

        arguments.url = load_config(os.environ).base_url
    return ask.run(arguments)


def guard(_arguments: argparse.Namespace) -> int:
    from walletdesk.safety.command import run

    run(sys.stdin.buffer, sys.stdout)
    return 0


def mail_parse(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import mail

    return mail.parse(arguments.file)


def mail_import(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import mail_import

    return mail_import.run(
        path=arguments.path,
        account=arguments.account,
        brand=arguments.brand,
        as_json=arguments.json,
    )


def diagnose(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import diagnose

    return diagnose.run(arguments)


def verify(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import verify

    return verify.run(arguments)


def official(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import official

    return official.run(arguments)


def bot_replay(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import bot_replay

    return bot_replay.run(arguments)


def sandbox_wallet(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import sandbox_wallet

    return sandbox_wallet.run(arguments)


def triage(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import triage

    return triage.start(arguments.languages)


def demo(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import demo
    from walletdesk.site.config import load_config

    config = load_config(os.environ)
    password = arguments.password
    if password is None:
        try:
            password = (config.data / "demo-password").read_text().strip()
        except OSError:
            raise RefusalError(
                f"There is no demo in {config.data}.", "Give --url and --password of one."
            ) from None
    return demo.run(arguments.url or config.base_url, password, arguments.minutes)


def prepare(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import prepare

    return prepare.run(when_told=arguments.when_told)


def server(arguments: argparse.Namespace) -> int:
    from walletdesk.site.commands import server

    return server.run(arguments.fd, when_told=arguments.when_told)


def worker(_arguments: argparse.Namespace) -> int:
    from walletdesk.kit.children import watch_parent
    from walletdesk.site.commands.prepare import load_django
    from walletdesk.site.config import ensure_secret_key, load_config

    watch_parent()
    ensure_secret_key(load_config(os.environ))
    load_django()
    from walletdesk.site.worker import run_worker

    run_worker()
    return 0


def mail(_arguments: argparse.Namespace) -> int:
    from walletdesk.kit.children import watch_parent
    from walletdesk.site.commands.prepare import load_django
    from walletdesk.site.config import database_dsn, ensure_secret_key, load_config

    watch_parent()
    config = load_config(os.environ)
    ensure_secret_key(config)
    load_django()
    from walletdesk.integrations.email.program import run_mail

    run_mail(database_dsn(config))
    return 0


def voice_call(arguments: argparse.Namespace) -> int:
    with _database():
        from walletdesk.site.commands import voice

        return voice.call(arguments.number, arguments.caller)


def voice_check(arguments: argparse.Namespace) -> int:
    with _database():
        from walletdesk.site.commands import voice

        return voice.check(as_json=arguments.json)


def voice_asterisk(arguments: argparse.Namespace) -> int:
    with _database():
        from walletdesk.site.commands import asterisk

        return asterisk.write_configuration(arguments.write)


@contextmanager
def _database() -> Iterator[None]:
    from walletdesk.site.commands.database import reachable_database, require_usable
    from walletdesk.site.commands.prepare import load_django
    from walletdesk.site.config import database_dsn, ensure_secret_key, load_config

    config = load_config(os.environ)
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        yield


def voice_process(_arguments: argparse.Namespace) -> int:
    from walletdesk.kit.children import watch_parent
    from walletdesk.site.commands.prepare import load_django
    from walletdesk.site.config import ensure_secret_key, load_config

    watch_parent()
    ensure_secret_key(load_config(os.environ))
    load_django()
    from walletdesk.site.voice import run_voice

    run_voice()
    return 0
