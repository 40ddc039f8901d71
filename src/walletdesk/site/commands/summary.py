"""What `walletdesk up` prints when the desk is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from walletdesk.site.commands.processes import Prepared
    from walletdesk.site.config import Config


def summary(config: Config, prepared: Prepared) -> str:
    """Return the framed text: addresses, demo sign-ins, first steps."""
    desk = config.base_url + prepared.desk_path
    widget = config.base_url + prepared.widget_path
    lines = [
        f"walletdesk is ready: {config.base_url}",
        "",
        f"Desk (agents)       {desk}",
        f"Chat (customers)    {widget}",
        f"Data folder         {config.data}",
    ]
    if prepared.sign_ins:
        lines += ["", "Demo sign-ins", *_table(prepared.sign_ins)]
    lines += [
        "",
        "Try first",
        f"1. Open {widget} and ask: Where is my transfer?",
        "2. Ask for a person there; sign in to the desk in a second browser.",
        "3. Take the conversation, answer it, and watch the chat.",
        "",
        "Ctrl-C stops everything; the next start keeps the data.",
    ]
    return _framed(lines)


def _table(sign_ins: list[dict[str, str]]) -> list[str]:
    columns = ("role", "email", "password")
    rows = [[str(sign_in.get(column, "")) for column in columns] for sign_in in sign_ins]
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _framed(lines: list[str]) -> str:
    width = max(len(line) for line in lines)
    edge = f"+{'-' * (width + 2)}+\n"
    body = "".join(f"| {line.ljust(width)} |\n" for line in lines)
    return f"\n{edge}{body}{edge}"
