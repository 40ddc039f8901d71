"""Keys of other chains, codes, tokens and cards: found by prefix, checksum or the words before."""

import json

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.safety import disguises
from walletdesk.safety.checksum import is_luhn
from walletdesk.safety.guard import check

# Published test vectors: SEP-23 (stellar.org), xrpl.org's genesis account, NIP-19, BIP-38, SEP-5.
STELLAR = "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR"
XRP = "snoPBrXtMeMyMHUVTgbuqAfg1SUTb"
NOSTR = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"
BIP38 = "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg"
SEED = bytes(range(32))
PAIR = SEED + Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
PEM = "-----BEGIN EC PRIVATE KEY-----"
JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."
    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
)

FOUND = [
    ("stellar_seed", STELLAR),
    ("xrp_seed", XRP),
    ("nostr_key", NOSTR),
    ("sui_key", "suiprivkey1qzwant3kaegmjy4qxex93s0jzvemekkjmyv3r2sjwgnv2y479pgsywhveae"),
    ("encrypted_key", BIP38),
    ("solana_key", base58.b58encode(PAIR).decode()),
    ("solana_key", json.dumps(list(PAIR))),
    ("solana_key", ",\n".join(map(str, PAIR))),
    ("private_key", "PVT_K1_2bfGi9rYsXQSXXTvJbDAPhHLQUojjaNLomdm3cEJ1XTzMqUt3V"),
    ("private_key", f"{PEM}\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5C\n{PEM.replace('BEGIN', 'END')}"),
    ("otpauth", "otpauth://totp/Wallet:me?secret=JBSWY3DPEHPK3PXP&issuer=Wallet"),
    ("otpauth", "my 2FA setup key is jbsw y3dp ehpk 3pxp"),
    ("otpauth", "谷歌验证器密钥 JBSWY3DPEHPK3PXP"),
    ("recovery_code", "recovery codes: 4f3a-9c2e 77b1-d0aa 0c9e-1b4d"),
    ("recovery_code", "备用码\n1. 4821 9917\n2. 1102 8835\n3. 9014 7620"),
    ("card_number", "4111 1111 1111 1111"),
    ("card_number", "my card 4111111111111111 exp 09/28"),
    ("card_number", "银行卡号 6222020000000000000"),
    ("one_time_code", "the verification code is 482913"),
    ("one_time_code", "我收到的验证码是482913"),
    ("one_time_code", "mi código de verificación es 482 913"),
    ("one_time_code", "482913 is your login code"),
    ("session_token", JWT),
    ("session_token", "Authorization: Bearer a81bc81b-dead-4e5d-abff-90865d1e13b1"),
    ("session_token", "Cookie: lang=en; sessionid=9x2h7qpl0r5f8z3m1k6t"),
    ("session_token", "https://x.example/cb?access_token=9x2h7qpl0r5f8z3m1k6t"),
]  # fmt: skip
LEFT = [
    "GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H",  # Stellar address
    "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",  # XRP address
    "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg",
    base58.b58encode(bytes(range(64))).decode(),  # 64 bytes that are no pair, as a signature is
    json.dumps(list(range(64))),
    STELLAR[:-1] + "A",
    "order 4111111111111111",
    "ticket no. 4111 1111 1111 1111",
    "4111 1111 1111 1112",
    "error code: 400123",
    "postal code 280130",
    "I got no verification code for 10 minutes",
    "验证码收不到，等了1500秒",
    "código de error 4001",
    "how do bearer tokens work? token=your_token_here",
    "my recovery codes are lost, call me at ten",
    "clear the cookies: settings; privacy; cookies",
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYI\n-----END PUBLIC KEY-----",
]


@pytest.mark.parametrize(("kind", "text"), FOUND)
def test_found(kind: str, text: str) -> None:
    for each in (text, f"hello\n{text}\nthanks", f"这个: {text}"):
        checked = check(each)
        assert checked.kinds == (kind,), each
        assert checked.secret
        assert check(str(checked.safe)).findings == ()


@pytest.mark.parametrize("text", LEFT)
def test_left_alone(text: str) -> None:
    assert str(check(text).safe) == text


def test_a_har_file_stays_readable_around_its_tokens() -> None:
    secret = "s3cr3t" + "x9" * 12
    har = {
        "log": {
            "entries": [
                {
                    "request": {
                        "url": f"https://api.example/me?session_token={secret}",
                        "headers": [
                            {"name": "Accept", "value": "application/json"},
                            {"name": "Cookie", "value": f"sid={secret}; lang=en"},
                            {"name": "authorization", "value": f"Bearer {secret}"},
                        ],
                        "cookies": [{"name": "sid", "value": secret, "path": "/"}],
                    }
                }
            ]
        }
    }
    for indent in (None, 2):
        checked = check(json.dumps(har, indent=indent))
        assert secret not in str(checked.safe)
        request = json.loads(str(checked.safe))["log"]["entries"][0]["request"]
        assert request["url"].startswith("https://api.example/me?session_token=")
        assert request["headers"][0] == {"name": "Accept", "value": "application/json"}


def test_a_mistyped_prefix_key_is_still_masked() -> None:
    assert check(NOSTR[:-1] + "q").kinds == ("nostr_key",)


def test_luhn() -> None:
    rng = disguises.dice(2)
    for _number in range(50):
        digits = "".join(str(rng.randrange(10)) for _n in range(15))
        assert sum(is_luhn(digits + last) for last in "0123456789") == 1
