"""A wallet's back end to try things with: accounts in memory, requests signed as for a real one.

It knows the accounts `demo-1` to `demo-9` and every address; each begins active. It remembers the
keys of orders, so that a repeated one has no second effect, and counts effects.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Final

from walletdesk.integrations.wallet_backend import signing
from walletdesk.kit import clock

MOST_BODY: Final = 16_384
MOST_NONCES: Final = 100_000
_KNOWN: Final = re.compile(r"demo-[1-9]|[0-9A-Za-z]{26,100}")  # the second: addresses
_ACTS: Final = {
    "freeze": ("active", "frozen"),
    "unfreeze": ("frozen", "active"),
    "reset": ("frozen", "active"),
}
_ASSETS: Final = (("USDT", 6), ("ETH", 18), ("TRX", 6))


class Refused(Exception):
    """The sandbox says no, with an HTTP status and a stable code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(slots=True)
class Sandbox:
    """The state of a sandbox. `effects` lists (what, account) as they happened."""

    secret: bytes
    states: dict[str, str] = field(default_factory=dict)
    answered: dict[str, tuple[str, str]] = field(default_factory=dict)
    nonces: OrderedDict[str, float] = field(default_factory=OrderedDict)
    effects: list[tuple[str, str]] = field(default_factory=list)
    failures: int = 0  # so many next requests get 503
    lock: Lock = field(default_factory=Lock)

    def handle(self, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Return what a signed request is answered; names of headers in small letters.

        Raises Refused.
        """
        self._verify(path, headers, body)
        with self.lock:
            if self.failures > 0:
                self.failures -= 1
                raise Refused(503, "busy")
            return self._act(path.removeprefix("/v1/"), _read(body))

    def _verify(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        stamp = signing.Stamp(
            headers.get(signing.TIME.lower(), ""), headers.get(signing.NONCE.lower(), "")
        )
        expected = signing.sign_request(self.secret, path, stamp, body)
        if not signing.same(headers.get(signing.SIGNATURE.lower(), ""), expected):
            raise Refused(401, "bad_signature")
        now = clock.now().timestamp()
        if not (stamp.time.isascii() and stamp.time.isdigit() and len(stamp.time) <= 12):
            raise Refused(401, "stale")
        if abs(now - int(stamp.time)) > signing.WINDOW:
            raise Refused(401, "stale")
        with self.lock:
            if stamp.nonce in self.nonces:
                raise Refused(401, "replayed")
            self.nonces[stamp.nonce] = now
            while self.nonces and (
                len(self.nonces) > MOST_NONCES
                or next(iter(self.nonces.values())) < now - 3 * signing.WINDOW
            ):
                self.nonces.popitem(last=False)

    def _act(self, what: str, order: Mapping[str, str]) -> dict[str, Any]:
        account = order["account"]
        if _KNOWN.fullmatch(account) is None:
            raise Refused(404, "unknown_account")
        if what == "look-up":
            return {"account": self._told(account), "repeated": False}
        if what == "transactions":
            return {"account": self._told(account), "transactions": _transactions(account)}
        if what not in _ACTS:
            raise Refused(404, "bad_request")
        return self._change(what, order["key"], account)

    def _change(self, what: str, key: str, account: str) -> dict[str, Any]:
        known = self.answered.get(key)
        if known is not None:
            if known != (what, account):
                raise Refused(409, "key_reused")
            return {"account": self._told(account), "repeated": True}
        wanted, after = _ACTS[what]
        state = self.states.get(account, "active")
        if state not in (wanted, after):
            raise Refused(409, "wrong_state")
        self.states[account] = after
        self.answered[key] = (what, account)
        self.effects.append((what, account))
        return {"account": self._told(account), "repeated": False}

    def _told(self, account: str) -> dict[str, str]:
        return {"state": self.states.get(account, "active"), "created": "2025-03-14"}


def _read(body: bytes) -> dict[str, str]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "bad_request") from None
    if not isinstance(told, dict):
        raise Refused(400, "bad_request")
    read = {name: told.get(name) for name in ("key", "account")}
    if not all(isinstance(value, str) and 0 < len(value) <= 200 for value in read.values()):
        raise Refused(422, "bad_request")
    return {name: str(value) for name, value in read.items()}


def _transactions(account: str) -> list[dict[str, str]]:
    """Return three transactions that look alike for the same account each time."""
    seed = sha256(account.encode()).hexdigest()
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    return [
        {
            "hash": "0x" + sha256(f"{seed}{number}".encode()).hexdigest(),
            "network": "ethereum",
            "from": account if account.startswith("0x") else "0x" + seed[:40],
            "to": "0x" + seed[-40:],
            "amount": str(number * 125),
            "symbol": symbol,
            "at": (now - timedelta(hours=number)).isoformat(),
        }
        for number, (symbol, _places) in enumerate(_ASSETS, 1)
    ]


def make_server(sandbox: Sandbox, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server for a sandbox; `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 15

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit() and int(length[:9]) <= MOST_BODY):
                self._answer(413, {"code": "bad_request"})
                return
            body = self.rfile.read(int(length))
            try:
                lower = {name.lower(): value for name, value in self.headers.items()}
                told, status = sandbox.handle(self.path, lower, body), 200
            except Refused as refused:
                told, status = {"code": refused.code}, refused.status
            self._answer(status, told)

        def _answer(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            nonce = self.headers.get(signing.NONCE, "")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            signature = signing.sign_answer(sandbox.secret, status, nonce, body)
            self.send_header(signing.SIGNATURE, signature)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            """Write nothing: paths and accounts do not belong into logs."""

    return ThreadingHTTPServer((host, port), Handler)
