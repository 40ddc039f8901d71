"""A small OpenID Connect provider on this machine: discovery, codes with PKCE, signed id tokens."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from walletdesk.kit import clock

KID = "one"


@dataclass
class Provider:
    """What the provider answers. A test changes `claims` or the parts to see what is refused."""

    url: str
    key: rsa.RSAPrivateKey
    claims: dict[str, Any]
    issuer: str = ""
    client_id: str = "desk"
    client_secret: str = "desk-secret"
    signing: tuple[Any, str] | None = None
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": KID, "alg": "RS256", "use": "sig"}]}

    def grant(self, location: str) -> dict[str, str]:
        """Let the person in whom the desk sent here; return the query of the way back."""
        query = parse_qs(urlsplit(location).query)
        code = secrets.token_urlsafe(8)
        assert query["code_challenge_method"] == ["S256"]
        self.challenges[code] = query["code_challenge"][0]
        return {"code": code, "state": query["state"][0]}

    def token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        challenge = self.challenges.pop(form["code"][0], None)
        proof = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        fits = base64.urlsafe_b64encode(proof).decode().rstrip("=") == challenge
        known = (form["client_id"], form["client_secret"]) == (
            [self.client_id],
            [self.client_secret],
        )
        if not (fits and known):
            return 400, {"error": "invalid_grant"}
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer or self.url,
            "aud": self.client_id,
            "sub": "person-1",
            "iat": now,
            "exp": now + 300,
        } | self.claims
        key, algorithm = self.signing or (self.key, "RS256")
        signed = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": KID})
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    server.provider = Provider(url, key, {})  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.provider  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self._provider
        known.asked.append(self.path)
        if self.path in known.broken:
            self._raw(*known.broken[self.path])
        elif self.path == "/.well-known/openid-configuration":
            self._json(200, known.description())
        elif self.path == "/keys":
            self._json(200, known.keys())
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        known = self._provider
        known.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path in known.broken:
            self._raw(*known.broken[self.path])
        else:
            self._json(*known.token(parse_qs(body)))

    @property
    def _provider(self) -> Provider:
        found: Provider = self.server.provider  # type: ignore[attr-defined]
        return found

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._raw(status, json.dumps(body).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""
