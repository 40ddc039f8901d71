"""The other side: a wallet's server that signs tokens, a person's wallet that signs messages."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import jwt
from coincurve import PrivateKey
from Crypto.Hash import keccak
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from walletdesk.accounts.models import Brand
from walletdesk.contacts.actions.identity_keys import create_identity_key
from walletdesk.contacts.types import Algorithm
from walletdesk.kit import clock


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class WalletServer:
    """What mints identity tokens for one brand."""

    audience: str
    kid: str
    algorithm: str
    key: Any
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def with_secret(cls, brand: Brand) -> "WalletServer":
        row, secret = create_identity_key(brand=brand, membership=None, algorithm=Algorithm.HS256)
        return cls(brand.slug, row.kid, "HS256", secret.encode())

    @classmethod
    def with_key_pair(cls, brand: Brand) -> "WalletServer":
        private = Ed25519PrivateKey.generate()
        row, _ = create_identity_key(
            brand=brand,
            membership=None,
            algorithm=Algorithm.EDDSA,
            public_key=b64(private.public_key().public_bytes_raw()),
        )
        return cls(brand.slug, row.kid, "EdDSA", private)

    def claims(self, subject: str = "user-1", **changes: Any) -> dict[str, Any]:
        """Return good claims with changes; a change to None leaves a claim out."""
        now = int(clock.now().timestamp())
        good = {
            "sub": subject,
            "aud": self.audience,
            "iat": now,
            "exp": now + 300,
            "jti": uuid4().hex,
            **changes,
        }
        return {name: value for name, value in good.items() if value is not None}

    def token(self, subject: str = "user-1", **changes: Any) -> str:
        return jwt.encode(
            self.claims(subject, **changes), self.key, self.algorithm, {"kid": self.kid}
        )

    def raw(self, header: Any, payload: Any) -> str:
        """Return a correctly signed token of any header and payload: bytes go in as they are."""
        parts = [p if isinstance(p, bytes) else json.dumps(p).encode() for p in (header, payload)]
        signed = ".".join(map(b64, parts)).encode()
        signature = jwt.get_algorithm_by_name(self.algorithm).sign(signed, self.key)
        return f"{signed.decode()}.{b64(signature)}"


def keccak256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


@dataclass
class PlainWallet:
    """An Ethereum account as MetaMask and its kin hold it."""

    key: PrivateKey = field(default_factory=PrivateKey)

    @property
    def address(self) -> str:
        return "0x" + keccak256(self.key.public_key.format(compressed=False)[1:])[-20:].hex()

    def personal_sign(
        self, message: str, *, prefix: bytes = b"\x19Ethereum Signed Message:\n"
    ) -> str:
        text = message.encode()
        digest = keccak256(prefix + str(len(text)).encode() + text)
        signature = self.key.sign_recoverable(digest, hasher=None)
        return "0x" + (signature[:64] + bytes([signature[64] + 27])).hex()


@dataclass
class Phone:
    """A customer's device that speaks JSON with the chat."""

    token: str | None = None
    conversation: str = ""
    agent: str = "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36"
    address: str = "192.0.2.10"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = "" if body is None else json.dumps(body)
        return Client(raise_request_exception=False, REMOTE_ADDR=self.address).generic(
            method,
            f"/chat/v1/{path}",
            data,
            "application/json",
            headers={"User-Agent": self.agent, **bearer, **headers},
        )

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def takes(self, answer: Any) -> "Phone":
        """Keep the token and conversation of an answer."""
        told = answer.json()
        assert answer.status_code in {200, 201}, told
        self.token, self.conversation = told["token"], told["conversation"]
        return self

    def starts(self, brand: Brand) -> "Phone":
        return self.takes(self.post("sessions", {"brand": brand.slug}))

    def signs_in(self, server: WalletServer, subject: str = "user-1", **claims: Any) -> "Phone":
        body = {"token": server.token(subject, **claims), "brand": server.audience}
        return self.takes(self.post("identify", body))

    def history(self, ref: str = "") -> list[str] | int:
        """Return the texts of a conversation, or the status of the refusal."""
        got = self.get(f"events?conversation={ref or self.conversation}")
        if got.status_code != 200:
            return int(got.status_code)
        return [event["text"] for event in got.json()["events"] if event["kind"] == "message"]
