"""Mails per second through the whole way in, and the time from a mailbox to the desk.

The mails are taken by the code of `walletdesk mail import` into the database of a running desk:
sealed, parsed in a child, guarded, recorded. Beside it stands what this machine can do at most:
parsing alone, and commits of one small row. With Dovecot installed a mail is handed to it by LMTP,
and the clock runs until the conversation can be read in the database. And mails are taken one by
one while others come beside them that kill their parser (R13).

    make bench NAME=mail ARGS="--mails 500"
"""

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
from harness import ROOT, Installation, arguments, await_quiet, installation, percentile

GOAL_RATE = 100
GOAL_SECONDS = 2.0
GOAL_BESIDE = 2.0  # times as long as alone
TEXTS = (
    "Hello,\n\nmy transfer number {n} of 20 USDT has not arrived for two hours. What can I do?\n",
    "您好，我的第 {n} 笔转账两个小时还没有到账，请帮我看看，谢谢。\n",
    "Hola, mi transferencia {n} de 20 USDT no ha llegado. ¿Qué puedo hacer?\n",
)
QUOTE = "\nOn Mon, 2 Nov 2026 at 10:00, Support wrote:\n> Please send us the hash.\n> Regards\n"


def mails(count: int) -> list[bytes]:
    """Return mails of many senders, a third of each language, each fourth with HTML."""
    sys.path.insert(0, str(ROOT))
    from tests.mail_in.letters import letter  # noqa: PLC0415 - after the path

    made = []
    for n in range(count):
        text = TEXTS[n % 3].format(n=n) + (QUOTE if n % 2 else "")
        html = (
            f"<p>{text}</p><blockquote>Please send us the hash.</blockquote>" if n % 4 == 0 else ""
        )
        sender = f"User {n} <user{n % max(1, count // 2)}@mail.example>"
        made.append(letter(text, sender=sender, subject=f"Transfer {n}", html=html))
    return made


def set_up(desk: Installation) -> Any:
    """Load Django on the desk's database and return an account."""
    os.environ["WALLETDESK_DATA"] = str(desk.data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "walletdesk.site.settings"
    import django  # noqa: PLC0415 - after the settings are known

    django.setup()
    from tests.mail_in.letters import TRUSTED  # noqa: PLC0415 - as above
    from walletdesk.accounts.models import Brand  # noqa: PLC0415 - as above
    from walletdesk.integrations.email.actions.accounts import (  # noqa: PLC0415 - as above
        ensure_import_account,
    )

    account = ensure_import_account(brand=Brand.objects.get())
    account.authserv_id = TRUSTED
    account.save()
    return account


def whole_way(raws: list[bytes], account: Any) -> float:
    """Return mails per second from an mbox to conversations."""
    from walletdesk.integrations.email.importing import import_mails  # noqa: PLC0415 - Django

    with tempfile.TemporaryDirectory() as folder:
        for number, raw in enumerate(raws):
            Path(folder, f"{number:05}.eml").write_bytes(raw)
        began = time.perf_counter()
        counts = import_mails(Path(folder), account, told=lambda _counts: None)
        seconds = time.perf_counter() - began
    if counts["recorded"] != len(raws):
        raise SystemExit(f"not all mails were recorded: {dict(counts)}")
    return len(raws) / seconds


def parsing(raws: list[bytes]) -> float:
    """Return mails per second of the parser in its child, alone."""
    from walletdesk.integrations.email.parsing.confined import parse_confined  # noqa: PLC0415

    parse_confined(raws[0])
    began = time.perf_counter()
    for raw in raws:
        parse_confined(raw)
    return len(raws) / (time.perf_counter() - began)


def commits(dsn: str, count: int = 400) -> float:
    """Return commits of one small row per second, on four connections."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_mail (text text)")

    def write(_lane: int) -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            for _ in range(count):
                connection.execute("INSERT INTO bench_mail VALUES ('x')")

    began = time.perf_counter()
    with ThreadPoolExecutor(4) as lanes:
        list(lanes.map(write, range(4)))
    seconds = time.perf_counter() - began
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE bench_mail")
    return 4 * count / seconds


def neighbours(account: Any, tries: int) -> tuple[float, float]:
    """Return p95 seconds of one mail's way in, alone and beside mails that kill their parser."""
    from tests.mail_in.letters import letter  # noqa: PLC0415 - after the path
    from tests.mail_parsing.letters import multipart  # noqa: PLC0415 - as above
    from tests.mail_parsing.test_confined import SLOW  # noqa: PLC0415 - as above
    from walletdesk.integrations.email.receiving import receive_mail  # noqa: PLC0415 - Django
    from walletdesk.integrations.email.types import Envelope, Source  # noqa: PLC0415 - as above

    def taken(raw: bytes) -> float:
        began = time.perf_counter()
        receive_mail(account=account, raw=raw, envelope=Envelope(source=Source.LMTP))
        return time.perf_counter() - began

    def plain(name: str) -> float:
        times = [
            taken(letter(f"{name} {n}", sender=f"{name}{n}@mail.example")) for n in range(tries)
        ]
        return percentile(times, 0.95)

    done = threading.Event()

    def kill() -> None:
        number = 0
        while not done.is_set():
            body = SLOW.partition(b"\r\n\r\n")[2]
            part = b"Content-Type: text/html\r\n\r\n" + body
            taken(multipart("mixed", *[part] * 20, b"\r\n%d" % (number := number + 1)))

    plain("warm")
    alone = plain("alone")
    poison = threading.Thread(target=kill)
    poison.start()
    beside = plain("beside")
    done.set()
    poison.join()
    return alone, beside


def latencies(dsn: str, account: Any, tries: int) -> list[float]:
    """Return seconds from Dovecot's LMTP to the database; [] without Dovecot."""
    from tests.mail_in.dovecot import DOVECOT, PASSWORD, USER, Dovecot  # noqa: PLC0415 - the path
    from tests.mail_in.letters import letter  # noqa: PLC0415 - as above
    from walletdesk.integrations.email.vault import seal_fields  # noqa: PLC0415 - Django

    if not Path(DOVECOT).exists():
        return []
    server, found = Dovecot(), []
    try:
        server.start()
        account.in_way, account.version = "imap", account.version + 1
        account.in_settings = {
            "host": "127.0.0.1", "port": server.imap_port, "security": "none", "username": USER,
        }  # fmt: skip
        secrets = {"password": PASSWORD}
        account.in_secrets = seal_fields(secrets, ref=account.ref, column="in_secrets")
        account.save()
        with psycopg.connect(dsn, autocommit=True) as connection:
            for number in range(tries + 1):
                raw = letter(f"Latency {number}", sender=f"fast{number}@mail.example")
                server.deliver(raw)
                seconds = _until_there(connection, number)
                if number:  # the first one waits for the mail program to start
                    found.append(seconds)
    finally:
        server.remove()
    return found


def _until_there(connection: psycopg.Connection[Any], number: int) -> float:
    began = time.perf_counter()
    wanted = "SELECT count(*) FROM conversations_event WHERE text LIKE %s"
    while time.perf_counter() - began < 180:  # the worker looks each minute whether mail is wanted
        row = connection.execute(wanted, [f"%Latency {number}"]).fetchone()
        if row and row[0]:
            return time.perf_counter() - began
        time.sleep(0.01)  # noqa: TID251 - a benchmark looks again
    raise SystemExit("the mail did not come")


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--tries", type=int, default=10)
    options = parser.parse_args()
    raws = mails(options.mails)
    with installation() as desk:
        account = set_up(desk)
        from django.conf import settings  # noqa: PLC0415 - after set_up

        from walletdesk.integrations.email.parsing.confined import (  # noqa: PLC0415 - as above
            end_children,
        )
        from walletdesk.site.config import database_dsn  # noqa: PLC0415 - as above

        dsn = database_dsn(settings.WALLETDESK)
        await_quiet(dsn)
        rate, parse, commit = whole_way(raws, account), parsing(raws), commits(dsn)
        alone, beside = neighbours(account, 10 * options.tries)
        seconds = latencies(dsn, account, options.tries)
        end_children()
    print(f"whole way in      {rate:8.0f} mails/s (goal {GOAL_RATE})")
    print(f"parsing alone     {parse:8.0f} mails/s   ratio {rate / parse:.2f}")
    print(f"one-row commits   {commit:8.0f} /s        ratio {rate / commit:.2f}")
    print(f"one mail p95      {alone:8.3f} s; beside mails that kill their parser {beside:.3f} s, "
          f"{beside / alone:.1f} times (goal {GOAL_BESIDE})")  # fmt: skip
    told = {
        "mails_per_second": round(rate, 1),
        "parse_per_second": round(parse, 1),
        "commits_per_second": round(commit, 1),
        "of_parse": round(rate / parse, 3),
        "beside_poison": round(beside / alone, 2),
    }
    if seconds:
        told["idle_to_desk_p50"] = round(statistics.median(seconds), 3)
        told["idle_to_desk_max"] = round(max(seconds), 3)
        print(
            f"mailbox to desk   p50 {told['idle_to_desk_p50']} s, max {told['idle_to_desk_max']} s"
        )
    else:
        print("mailbox to desk   not measured: Dovecot is not installed")
    met = (
        rate >= GOAL_RATE
        and beside <= GOAL_BESIDE * alone
        and (not seconds or max(seconds) <= GOAL_SECONDS)
    )
    print(json.dumps(told | {"goals_met": met}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
