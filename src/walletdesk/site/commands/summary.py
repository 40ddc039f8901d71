"""What `walletdesk up` prints when the desk is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from walletdesk.site.commands.processes import Prepared
    from walletdesk.site.config import Config

DESK_PATH = "/desk/"
DEMO_PATH = "/demo/"


def summary(config: Config, prepared: Prepared) -> str:
    """Return the framed text: addresses, demo sign-ins, first steps."""
    desk, demo = config.base_url + DESK_PATH, config.base_url + DEMO_PATH
    lines = [
        f"walletdesk is ready: {config.base_url}",
        "",
        f"Desk, for agents      {desk}",
        f"Chat, for customers   {demo}",
        f"Data folder           {config.data}",
        "",
        *_people(prepared),
        *_first_steps(prepared, demo),
        "",
        "Ctrl-C stops everything; the next start keeps the data.",
    ]
    return _framed(lines)


def _people(prepared: Prepared) -> list[str]:
    if not prepared.sign_ins or prepared.password is None:
        return []
    rows = [
        [f"{name} ({role})", email, prepared.password] for name, email, role in prepared.sign_ins
    ]
    return ["Demo sign-ins (person, e-mail, password)", *_columns(rows), ""]


def _first_steps(prepared: Prepared, demo: str) -> list[str]:
    if not prepared.has_staff:
        return [
            "Try first",
            "1. Make the first owner, in another terminal: walletdesk create-owner",
        ]
    return [
        "Try first",
        f"1. Open {demo} and ask: My transfer is still pending.",
        "2. Ask for a person there, and sign in to the desk in a second browser.",
        "3. Take the conversation, answer it, and watch the chat.",
    ]


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _framed(lines: list[str]) -> str:
    width = max(map(len, lines))
    edge = f"+{'-' * (width + 2)}+\n"
    body = "".join(f"| {line.ljust(width)} |\n" for line in lines)
    return f"\n{edge}{body}{edge}"
