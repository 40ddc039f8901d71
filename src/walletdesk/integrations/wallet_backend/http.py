"""The adapter that reaches a wallet's back end by signed HTTP.

The address is the operator's setting, so private networks are allowed; addresses that no service
has (link-local, where clouds keep their metadata; multicast) are not, redirects are not followed,
and an answer counts only when it is signed.
"""

import ipaddress
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore

from walletdesk.cases import rules
from walletdesk.cases.ports import WalletRefused
from walletdesk.cases.types import Answer, Order
from walletdesk.integrations.wallet_backend import signing
from walletdesk.kit import clock
from walletdesk.kit.safe_http import Address, ForbiddenAddress, judging_pool

MOST_BYTES: Final = 1 << 20
SECONDS: Final = 10.0  # to connect, and again for each part of the answer
_PERMANENT: Final = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 415, 422})
_CODES: Final = frozenset(
    {"unknown_account", "wrong_state", "key_reused", "bad_signature", "stale", "replayed",
     "bad_request", "unknown_key"}
)  # fmt: skip


def usable(address: Address) -> bool:
    """Tell whether a back end can have this address."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return usable(address.ipv4_mapped)
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)


class HttpWallet:
    """A wallet's back end at `url` (scheme, host, perhaps a path), with a shared secret."""

    name = "http"

    def __init__(self, url: str, secret: str, *, key: str = "walletdesk") -> None:
        self._base = url.rstrip("/")
        self._path = urlsplit(self._base).path
        self._secret = secret.encode()
        self._key = key

    def carry_out(self, order: Order) -> Answer:
        """Send one order and return what the back end says. Raises WalletRefused."""
        body = json.dumps(
            {
                "key": order.key,
                "account": order.account,
                "brand": order.brand,
                "case": order.case,
            }
        ).encode()
        status, told = self._post(f"/v1/{order.kind.replace('_', '-')}", body)
        if status != 200:
            raise _refusal(status, told)
        account = told.get("account")
        facts = account if isinstance(account, dict) else {}
        return Answer(
            state=rules.text(facts.get("state")),
            repeated=told.get("repeated") is True,
            facts=rules.known_facts(facts),
            transactions=rules.known_transactions(told.get("transactions")),
        )

    def _post(self, path: str, body: bytes) -> tuple[int, Mapping[str, Any]]:
        stamp = signing.Stamp(str(int(clock.now().timestamp())), secrets.token_hex(16))
        headers: dict[bytes | str, bytes | str] = {
            "Host": urlsplit(self._base).netloc,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Accept-Encoding": "identity",
            signing.KEY: self._key,
            signing.TIME: stamp.time,
            signing.NONCE: stamp.nonce,
            signing.SIGNATURE: signing.sign_request(self._secret, self._path + path, stamp, body),
        }
        status, signature, answer = self._send(path, headers, body)
        expected = signing.sign_answer(self._secret, status, stamp.nonce, answer)
        if not signing.same(signature, expected):
            # Anybody between us and the wallet can answer so: it says nothing of the order.
            raise WalletRefused("unsigned_answer", permanent=False)
        try:
            told = json.loads(answer)
        except (ValueError, RecursionError):
            told = None
        return status, told if isinstance(told, dict) else {}

    def _send(
        self, path: str, headers: dict[bytes | str, bytes | str], body: bytes
    ) -> tuple[int, str, bytes]:
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
        try:
            with (
                judging_pool(usable) as pool,
                pool.stream(
                    "POST",
                    self._base + path,
                    headers=headers,
                    content=body,
                    extensions={"timeout": timeout},
                ) as answer,
            ):
                read = bytearray()
                for part in answer.iter_stream():
                    read += part
                    if len(read) > MOST_BYTES:
                        raise WalletRefused("too_large", permanent=True)
                return answer.status, _header(answer, signing.SIGNATURE), bytes(read)
        except (ForbiddenAddress, httpcore.UnsupportedProtocol):
            raise WalletRefused("forbidden_address", permanent=True) from None
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            OSError,
        ):
            raise WalletRefused("no_answer", permanent=False) from None


def _header(answer: httpcore.Response, name: str) -> str:
    wanted = name.lower().encode()
    found = (value for header, value in answer.headers if header.lower() == wanted)
    return next(found, b"").decode("latin-1")


def _refusal(status: int, told: Mapping[str, Any]) -> WalletRefused:
    code = told.get("code")
    known = code if isinstance(code, str) and code in _CODES else f"status_{status}"
    # A clock that is off can be put right, and a nonce is new with every attempt.
    again = known in {"stale", "replayed"}
    return WalletRefused(known, permanent=status in _PERMANENT and not again)
