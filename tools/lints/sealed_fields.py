"""Sealed personal data has two doors: the audited one for staff, and the customer's own reading.

Each name below opens, or leads to what opens, sealed fields; only the listed modules may touch it.
"""

import ast
from collections.abc import Iterator

from _lint import Finding, run

ROOM = "walletdesk/contacts/personal"
KEYS = f"{ROOM}/keys"
DOORS = {
    "open_sealed": (
        "walletdesk/kit/seal",
        KEYS,
        "walletdesk/contacts/vault",  # secrets with which wallets sign, no personal data
        "walletdesk/accounts/sealing",  # second factors of staff
        "walletdesk/integrations/email/vault",  # passwords of mail servers, raw mails
        "walletdesk/conversations/diagnoses/books",  # addresses of nodes, which hold keys
    ),
    "unwrap": (KEYS, f"{ROOM}/queries"),
    "data_keys": (
        f"{ROOM}/queries",
        f"{ROOM}/own_words",
        f"{ROOM}/actions/sealing",
        f"{ROOM}/actions/disclosure",
        f"{ROOM}/actions/identities",
    ),
    "open_value": (KEYS, f"{ROOM}/own_words", f"{ROOM}/actions/disclosure"),
    "reseal_value": (KEYS, f"{ROOM}/actions/identities"),
    "restore": (
        f"{ROOM}/own_words",
        "walletdesk/conversations/queries/__init__",  # for the customer's own credential only
        "walletdesk/conversations/actions/intake",  # the acknowledgement to who wrote it
        "walletdesk/complaints/queries",  # letters and the page of who complained
        "walletdesk/integrations/email/outgoing/compose",  # a mail to who wrote it, confirmed
    ),
    "restore_held": (
        f"{ROOM}/own_words",
        "walletdesk/conversations/actions/held",  # for the guard only, before a message is written
    ),
    "own_emails": (f"{ROOM}/own_words", "walletdesk/integrations/email/outgoing/queries"),
    "own_phones": (
        f"{ROOM}/own_words",
        "walletdesk/integrations/sms/recipients",
        "walletdesk/voice/numbers",
    ),
    "disclose": (
        f"{ROOM}/actions/disclosure",
        "walletdesk/conversations/actions/reveal",
        "walletdesk/cases/actions/wallet",  # the wallet gets its own number back
    ),
    "disclose_identities": (
        f"{ROOM}/actions/disclosure",
        "walletdesk/conversations/actions/exports",
    ),
}
# What these modules hold may be fetched by name from a string or with another name: not outside.
HOMES = ("walletdesk.contacts.personal", "walletdesk.kit.seal")
PUBLIC = {"lookup", "namer"}  # a keyed hash, the name of a token: they open nothing


def check(module: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield each use of a door by a module that is not listed for it."""
    for node in ast.walk(tree):
        name = _name(node)
        if name in DOORS and module not in DOORS[name]:
            yield (
                getattr(node, "lineno", 0),
                f"uses {name}; tools/lints/sealed_fields.py says who may",
            )
        if isinstance(node, ast.ImportFrom) and not module.startswith(ROOM):
            yield from _imports(node)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.name if isinstance(node, ast.alias) else ""


def _imports(node: ast.ImportFrom) -> Iterator[Finding]:
    """Yield imports that would hide which function is used."""
    if node.module == "walletdesk.contacts.personal.keys":
        hidden = {alias.name for alias in node.names} - PUBLIC
        if hidden:
            yield node.lineno, f"imports {', '.join(sorted(hidden))} from the keys of contacts"
    if node.module in HOMES and any(alias.name in {"*", "keys"} for alias in node.names):
        yield node.lineno, "imports a whole module that opens sealed fields"


if __name__ == "__main__":
    raise SystemExit(run(check))
