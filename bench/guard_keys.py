"""Held-out secrets that are no phrases, for bench/guard.py; written before the detector was tuned.

Own encoders (base58, bech32, CRC-16) so that a mistake of the detector is not made twice.
"""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
Maker = Callable[[Random], str]


def base58(data: bytes, alphabet: str = _BITCOIN) -> str:
    """Return bytes in base58."""
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return alphabet[0] * (len(data) - len(data.lstrip(b"\0"))) + text


def checked58(data: bytes, alphabet: str = _BITCOIN) -> str:
    """Return bytes in base58 with their double SHA-256 checksum."""
    return base58(data + sha256(sha256(data).digest()).digest()[:4], alphabet)


def bech32(prefix: str, data: bytes) -> str:
    """Return bytes in bech32 (BIP-173)."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for value in [*expanded, *values, 0, 0, 0, 0, 0, 0]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    check ^= 1
    values += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(_BECH32[value] for value in values)


def stellar(rng: Random) -> str:
    """Return a Stellar secret seed (StrKey: version 0x90, CRC-16/XMODEM)."""
    data = b"\x90" + rng.randbytes(32)
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return base64.b32encode(data + crc.to_bytes(2, "little")).decode()


def solana_pair(rng: Random) -> bytes:
    """Return the 64 bytes of a Solana key: seed and public half."""
    seed = rng.randbytes(32)
    return seed + Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def hexadecimal(rng: Random) -> str:
    """Return 32 random bytes in hexadecimal."""
    return rng.randbytes(32).hex()


def keystore(rng: Random) -> str:
    """Return a key file as geth writes it, on one line or several."""
    crypto = {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": rng.randbytes(16).hex()},
        "ciphertext": rng.randbytes(32).hex(),
        "kdf": "pbkdf2",
        "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256", "salt": hexadecimal(rng)},
        "mac": hexadecimal(rng),
    }
    value = {"crypto": crypto, "id": "e13b209c-3b2f-4327-bab0-3bef2e51630d", "version": 3}
    return json.dumps(value, indent=rng.choice((None, 2, 4)))


def jwt(rng: Random) -> str:
    """Return a JSON Web Token with a random signature."""
    parts = [{"typ": "JWT", "alg": "RS256"}, {"sub": str(rng.randrange(10**6)), "exp": 1800000000}]
    texts = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*texts, _opaque(rng, 86)])


def har(rng: Random) -> str:
    """Return a piece of a HAR file: one request with cookies and a bearer token."""
    name = rng.choice(("sid", "session", "auth_token", "JSESSIONID"))
    value = _opaque(rng, 40)
    headers = [
        {"name": "Cookie", "value": f"lang=en; {name}={value}"},
        {"name": "Authorization", "value": "Bearer " + _opaque(rng, 40)},
    ]
    request = {
        "method": "GET",
        "url": "https://api.example/me",
        "headers": headers,
        "cookies": [{"name": name, "value": value, "httpOnly": True}],
    }
    return json.dumps({"log": {"version": "1.2", "entries": [{"request": request}]}}, indent=1)


def card(rng: Random) -> str:
    """Return a card number in groups of four with a right check digit."""
    head = rng.choice(("4", "51", "55", "2221", "62", "6011"))
    digits = head + "".join(str(rng.randrange(10)) for _n in range(15 - len(head)))
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 * (doubled > 9)
    digits += str(-total % 10)
    return rng.choice((" ", "-", "")).join(digits[at : at + 4] for at in range(0, 16, 4))


def recovery_codes(rng: Random) -> str:
    """Return ten backup codes as accounts hand them out."""
    form = rng.choice(("{}-{}", "{} {}"))
    alphabet = rng.choice(("0123456789", "0123456789abcdef", "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"))
    size = rng.choice((4, 5))
    return "\n".join(
        form.format(*("".join(rng.choices(alphabet, k=size)) for _half in "ab")) for _n in range(10)
    )


def _opaque(rng: Random, size: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(rng.choices(letters, k=size))


def _said(forms: tuple[str, ...], make: Maker) -> Maker:
    return lambda rng: rng.choice(forms).format(make(rng))


_LOOSE = ("{}", "see {} ok", "hello\n{}\nbye", "这个：{}", "esto: {}")


def _otpauth(rng: Random) -> str:
    secret = base64.b32encode(rng.randbytes(20)).decode()
    return f"otpauth://totp/Exchange:me%40mail.com?secret={secret}&issuer=Exchange"


def _base32(rng: Random) -> str:
    secret = base64.b32encode(rng.randbytes(10)).decode()
    return rng.choice((secret, " ".join(secret[at : at + 4] for at in range(0, 16, 4)).lower()))


def _version(rng: Random) -> bytes:
    return bytes.fromhex(rng.choice(("0488ADE4", "049D7878", "04B2430C", "04358394", "02AA7A99")))


MAKERS: dict[str, Maker] = {
    "hex, named": _said(
        (
            "priv key {}",
            "PRIVATE KEY= {}",
            "here you have my private key then: {}",
            "{} <- private key",
            "私钥 {}",
            "我导出的私钥就是 {} 帮我看看",
            "la clave privada que exporté: {}",
            "secret key:0x{}",
        ),
        hexadecimal,
    ),
    "hex, undecided": _said(("{}", "{} ???", "看看这个 {}", "mira esto {}"), hexadecimal),
    "WIF": _said(_LOOSE, lambda r: checked58(b"\x80" + r.randbytes(32) + r.choice((b"", b"\x01")))),
    "BIP-38": _said(
        _LOOSE,
        lambda r: checked58(r.choice((b"\x01\x42\xc0", b"\x01\x43\x20")) + r.randbytes(36)),
    ),
    "extended key": _said(
        _LOOSE, lambda r: checked58(_version(r) + r.randbytes(41) + b"\0" + r.randbytes(32))
    ),
    "keystore v3": _said(_LOOSE, keystore),
    "Solana base58": _said(_LOOSE, lambda r: base58(solana_pair(r))),
    "Solana array": _said(_LOOSE, lambda r: json.dumps(list(solana_pair(r)))),
    "Stellar": _said(_LOOSE, stellar),
    "XRP": _said(_LOOSE, lambda r: checked58(b"\x21" + r.randbytes(16), _RIPPLE)),
    "Sui": _said(_LOOSE, lambda r: bech32("suiprivkey", bytes([r.randrange(3)]) + r.randbytes(32))),
    "Nostr": _said(_LOOSE, lambda r: bech32("nsec", r.randbytes(32))),
    "otpauth": _said(_LOOSE, _otpauth),
    "2FA secret, named": _said(
        ("my 2fa secret is {}", "google authenticator key: {}", "谷歌验证器密钥 {}"), _base32
    ),
    "recovery codes": _said(
        ("my backup codes:\n{}", "Recovery codes\n{}", "备用码：\n{}", "códigos de respaldo:\n{}"),
        recovery_codes,
    ),
    "card number": _said(
        ("my card is {}", "card no {} exp 09/28", "我的银行卡号{}", "mi tarjeta: {}"), card
    ),
    "one-time code": _said(
        (
            "the code i got is {}",
            "verification code: {}",
            "OTP {}",
            "我收到的验证码是{}",
            "验证码：{}",
            "el código de verificación es {}",
            "【Wallet】{} is your verification code, do not share it",
            "2fa: {}",
        ),
        lambda r: f"{r.randrange(10**6):06d}",
    ),
    "JWT": _said(_LOOSE, jwt),
    "bearer": _said(
        ("Authorization: Bearer {}", "curl -H 'authorization: bearer {}' x.example"),
        lambda r: _opaque(r, 43),
    ),
    "cookie": _said(
        ("Cookie: theme=dark; session_id={}", "Set-Cookie: sid={}; Path=/; HttpOnly"),
        lambda r: _opaque(r, 32),
    ),
    "HAR file": _said(("{}",), har),
}
