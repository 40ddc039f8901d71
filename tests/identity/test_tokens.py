"""Identity tokens: everything that is wrong with one gets the same answer (catalogue S28)."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.identity.wallets import Phone, WalletServer, b64
from walletdesk.contacts.identity import (
    LIFE,
    BadPublicKey,
    BadToken,
    VerifyingKey,
    read_public_key,
    read_token,
)
from walletdesk.contacts.types import Algorithm
from walletdesk.kit import clock

SECRET = b"a secret of the wallet, 32 bytes and more"
PAIR = Ed25519PrivateKey.generate()
PUBLIC = PAIR.public_key().public_bytes_raw()
PUBLIC_PEM = PAIR.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEYS = {
    "hs": VerifyingKey(Algorithm.HS256, SECRET),
    "ed": VerifyingKey(Algorithm.EDDSA, PUBLIC),
}
HS = WalletServer("aurora", "hs", "HS256", SECRET)
ED = WalletServer("aurora", "ed", "EdDSA", PAIR)


def read(token: str) -> Any:
    return read_token(token, audience="aurora", now=clock.now(), find_key=KEYS.get)


def header(**fields: Any) -> dict[str, Any]:
    return {"alg": "HS256", "kid": "hs", **fields}


def now() -> int:
    return int(clock.now().timestamp())


def hmac_with(key: bytes, head: dict[str, Any]) -> str:
    """Sign with HMAC whatever the key was meant for."""
    return WalletServer("aurora", "", "HS256", key).raw(head, HS.claims())


@pytest.mark.parametrize("server", [HS, ED], ids=["HS256", "EdDSA"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": ["aurora"]},
        {"iss": "https://wallet.example"},
        {"exp": None, "life": LIFE},
        {"iat": 30},
        {"nbf": 0},
        {"language": "zh-CN", "app_version": "7.3.1+b2", "device": "Pixel 9", "name": "María"},
        {"wallets": ["eip155:1:0x52908400098527886E0F7030069857D2E4169EE7"]},
        {"sub": "用户-1"},
        {"sub": "u" * 128},
        {"other": {"roles": [1, 2]}},
    ],
)
def test_good_tokens(server: WalletServer, changes: dict[str, Any]) -> None:
    life = changes.pop("life", 300)
    ahead = changes.pop("iat", 0)
    claims = {"iat": now() + ahead, "exp": now() + ahead + life} | {
        k: v for k, v in changes.items() if v is not None
    }
    told = read(
        server.token(**claims) if "sub" not in claims else server.token(**{"subject": "", **claims})
    )
    assert told.subject == claims.get("sub", "user-1")
    assert told.language == changes.get("language", "")
    assert told.kid == server.kid


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "no exp": {"exp": None},
    "no iat": {"iat": None},
    "no jti": {"jti": None},
    "no sub": {"sub": None},
    "no aud": {"aud": None},
    "empty sub": {"sub": ""},
    "empty jti": {"jti": ""},
    "long sub": {"sub": "u" * 129},
    "long jti": {"jti": "j" * 129},
    "number as sub": {"sub": 7},
    "sub with a NUL": {"sub": "user\x00-1"},
    "sub with a line break": {"sub": "user\n-1"},
    "list as jti": {"jti": ["a"]},
    "other aud": {"aud": "rival"},
    "aud in capitals": {"aud": "Aurora"},
    "two auds": {"aud": ["aurora", "rival"]},
    "no aud in list": {"aud": []},
    "any aud": {"aud": "*"},
    "text as exp": {"exp": "2030-01-01"},
    "number in text as exp": {"exp": "9999999999"},
    "fraction as exp": {"exp": 9999999999.5},
    "true as exp": {"exp": True},
    "huge exp": {"exp": 10**30},
    "negative iat": {"iat": -1},
    "name too long": {"name": "n" * 81},
    "email no text": {"email": {"$ne": ""}},
    "wallets no CAIP-10": {"wallets": ["0x52908400098527886E0F7030069857D2E4169EE7"]},
    "too many wallets": {"wallets": ["eip155:1:0x" + "0" * 40] * 21},
    "app version with spaces": {"app_version": "1 OR 1=1"},
    "device with a line break": {"device": "Pixel\nAdmin: yes"},
}


@pytest.mark.parametrize("name", WRONG_CLAIMS)
def test_wrong_claims(name: str) -> None:
    with pytest.raises(BadToken):
        read(HS.token(**({"subject": ""} | WRONG_CLAIMS[name])))


@pytest.mark.parametrize(
    ("iat", "exp"),
    [
        (-400, -1),
        (-300, 0),
        (0, LIFE + 1),
        (0, 86_400),
        (61, 300),
        (300, 600),
        (10, 5),
        (0, 0),
        (-LIFE - 10, 30),
    ],
)
def test_wrong_times(iat: int, exp: int) -> None:
    with pytest.raises(BadToken):
        read(HS.token(iat=now() + iat, exp=now() + exp))


def test_not_before() -> None:
    with pytest.raises(BadToken):
        read(HS.token(nbf=now() + 120))


WRONG_TOKENS = {
    "nothing": lambda: "",
    "words": lambda: "let me in",
    "two parts": lambda: HS.token().rpartition(".")[0],
    "four parts": lambda: HS.token() + ".x",
    "no signature": lambda: HS.token().rpartition(".")[0] + ".",
    "padding": lambda: HS.token() + "=",
    "white space": lambda: HS.token() + "\n",
    "not base64": lambda: "é" + HS.token(),
    "too long": lambda: HS.token(other="x" * 5_000),
    "changed payload": lambda: swap(HS.token(), 1, b64(json.dumps(HS.claims("admin")).encode())),
    "cut signature": lambda: HS.token()[:-4],
    "other signature": lambda: swap(HS.token(), 2, HS.token().rpartition(".")[2]),
    "alg none": lambda: unsigned("none"),
    "alg None": lambda: unsigned("None"),
    "alg nOnE": lambda: unsigned("nOnE"),
    "alg empty": lambda: unsigned(""),
    "alg none with a signature": lambda: HS.raw(header(alg="none"), HS.claims()),
    "HS512": lambda: jwt.encode(HS.claims(), SECRET * 2, "HS512", {"kid": "hs"}),
    "HS with the public key": lambda: hmac_with(PUBLIC, header(kid="ed")),
    "HS with the public key as PEM": lambda: hmac_with(PUBLIC_PEM, header(kid="ed")),
    "HS with the public key as text": lambda: hmac_with(b64(PUBLIC).encode(), header(kid="ed")),
    "HS signed, says EdDSA": lambda: HS.raw(header(alg="EdDSA"), HS.claims()),
    "Ed signed, says HS256": lambda: ED.raw(header(kid="ed"), ED.claims()),
    "RS256": lambda: jwt.encode(HS.claims(), RSA, "RS256", {"kid": "hs"}),
    "RS256 for the Ed key": lambda: jwt.encode(HS.claims(), RSA, "RS256", {"kid": "ed"}),
    "another's Ed key": lambda: WalletServer(
        "aurora", "ed", "EdDSA", Ed25519PrivateKey.generate()
    ).token(),
    "empty secret": lambda: hmac_with(b"", header()),
    "no kid": lambda: HS.raw({"alg": "HS256"}, HS.claims()),
    "unknown kid": lambda: HS.raw(header(kid="nobody"), HS.claims()),
    "kid of another key": lambda: HS.raw(header(kid="ed"), HS.claims()),
    "kid as a path": lambda: HS.raw(header(kid="../../dev/null"), HS.claims()),
    "kid as SQL": lambda: HS.raw(header(kid="hs' OR '1'='1"), HS.claims()),
    "kid with a NUL": lambda: HS.raw(header(kid="hs\x00"), HS.claims()),
    "kid as a list": lambda: HS.raw(header(kid=["hs"]), HS.claims()),
    "kid as a number": lambda: HS.raw(header(kid=1), HS.claims()),
    "jku": lambda: HS.raw(header(jku="https://evil.example/keys"), HS.claims()),
    "x5u": lambda: HS.raw(header(x5u="https://evil.example/cert"), HS.claims()),
    "jwk": lambda: HS.raw(header(jwk={"kty": "oct", "k": b64(SECRET)}), HS.claims()),
    "x5c": lambda: HS.raw(header(x5c=["MII"]), HS.claims()),
    "crit": lambda: HS.raw(header(crit=["exp"]), HS.claims()),
    "b64 false": lambda: HS.raw(header(b64=False), HS.claims()),
    "typ of something else": lambda: HS.raw(header(typ="at+jwt"), HS.claims()),
    "zip": lambda: HS.raw(header(zip="DEF"), HS.claims()),
    "header is a list": lambda: HS.raw(["HS256", "hs"], HS.claims()),
    "header is no JSON": lambda: HS.raw(b"{", HS.claims()),
    "header is not UTF-8": lambda: HS.raw(b'{"alg":"HS256","kid":"\xff"}', HS.claims()),
    "deep header": lambda: HS.raw(b"[" * 1_000, b"{}"),
    "payload is a list": lambda: HS.raw(header(), [HS.claims()]),
    "payload is text": lambda: HS.raw(header(), "user-1"),
    "payload is no JSON": lambda: HS.raw(header(), b"sub=user-1"),
    "payload is not UTF-8": lambda: HS.raw(header(), b'{"sub":"\xff"}'),
    "lone surrogate": lambda: HS.raw(
        header(), json.dumps(HS.claims("\ud800")).encode("utf-8", "surrogatepass")
    ),
    "deep payload": lambda: HS.raw(header(), b'{"a":' * 1_200),
    "a JWE": lambda: "eyJhbGciOiJkaXIifQ..aXY.Y3Q.dGFn",
}  # fmt: skip


def swap(token: str, place: int, part: str) -> str:
    parts = token.split(".")
    parts[place] = part
    return ".".join(parts)


def unsigned(algorithm: str) -> str:
    head = b64(json.dumps(header(alg=algorithm)).encode())
    return f"{head}.{b64(json.dumps(HS.claims()).encode())}."


@pytest.mark.parametrize("name", WRONG_TOKENS)
def test_wrong_tokens(name: str) -> None:
    with pytest.raises(BadToken):
        read(WRONG_TOKENS[name]())


def test_there_are_enough_wrong_ones() -> None:
    assert len(WRONG_TOKENS) + len(WRONG_CLAIMS) >= 80


@given(st.text(max_size=300))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        read(text)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_signed_bytes_are_refused(head: bytes, payload: bytes) -> None:
    for first in (head, json.dumps(header()).encode()):
        with pytest.raises(BadToken):
            read(HS.raw(first, payload))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["sub", "aud", "exp", "iat", "jti"]), json_values)
def test_a_claim_of_any_type_is_refused_or_read(claim: str, value: Any) -> None:
    payload = json.dumps(HS.claims() | {claim: value}).encode("utf-8", "surrogatepass")
    if len(payload) > 2_000:
        return
    try:
        told = read(HS.raw(header(), payload))
    except BadToken:
        return
    assert isinstance(told.subject, str)
    assert told.expires > clock.now()
    assert told.expires <= clock.now() + timedelta(seconds=LIFE + 60)


@pytest.mark.parametrize("form", ["PEM", "base64", "base64url", "with spaces"])
def test_public_keys(form: str) -> None:
    given_as = {
        "PEM": PUBLIC_PEM.decode(),
        "base64": base64.b64encode(PUBLIC).decode(),
        "base64url": b64(PUBLIC),
        "with spaces": f"\n {b64(PUBLIC)} \n",
    }
    assert read_public_key(given_as[form]) == PUBLIC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "é",
        b64(b"short"),
        RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "-----BEGIN PUBLIC KEY-----\nnothing\n-----END PUBLIC KEY-----",
        "\x00" * 40,
    ],
)
def test_what_is_no_public_key(text: str) -> None:
    with pytest.raises(BadPublicKey):
        read_public_key(text)


@pytest.mark.django_db
def test_every_refusal_is_the_same_answer(cast: Cast) -> None:
    """Unknown key, wrong brand, spent, expired, broken: nobody can tell which rule it was."""
    server = WalletServer.with_secret(cast.brand)
    rival = WalletServer.with_secret(cast.other_brand)
    phone = Phone().starts(cast.brand)
    spent = server.token()
    assert Phone(phone.token).post("identify", {"token": spent}).status_code == 200
    answers = {
        (got.status_code, got.content)
        for token in (
            spent,
            "",
            "a.b.c",
            server.token(exp=1),
            rival.token(),
            rival.token(aud=server.audience),
            WalletServer(server.audience, "nobody", "HS256", SECRET).token(),
            WalletServer(server.audience, server.kid, "HS256", SECRET).token(),
        )
        for got in [Phone().post("identify", {"token": token, "brand": cast.brand.slug})]
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 401
