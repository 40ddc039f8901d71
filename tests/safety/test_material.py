"""The canonical bytes of a secret are the same in every disguise, and are shown nowhere."""

import pytest

from tests.safety import disguises
from walletdesk.safety.guard import check

WORDS = " ".join(disguises.phrase(disguises.dice(6)))
NUMBER = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        WORDS.upper(),
        WORDS.replace(" ", "\n"),
        " ".join(f"{n}. {w}" for n, w in enumerate(WORDS.split(), 1)),
        "help me: " + WORDS.replace(" ", ", "),
        WORDS.replace("o", "\u043e"),
        disguises.wide(WORDS),
    ],
)
def test_a_phrase(text: str) -> None:
    assert check(text).materials == (("seed_phrase", WORDS.encode()),)


def test_chinese_together_and_apart() -> None:
    words = disguises.phrase(disguises.dice(3), "chinese_simplified")
    apart, together = check(" ".join(words)), check("".join(words))
    assert apart.materials == together.materials == (("seed_phrase", " ".join(words).encode()),)


def test_a_key() -> None:
    expected = (("private_key", bytes.fromhex(NUMBER)),)
    pieces = " ".join(NUMBER[at : at + 16] for at in range(0, 64, 16))
    for text in (f"private key 0x{NUMBER.upper()}", f"私钥：{NUMBER}", f"private key: {pieces}"):
        assert check(text).materials == expected


def test_a_key_over_messages_is_borne_by_the_last() -> None:
    key = disguises.wif(disguises.dice(1))
    alone = check(key).materials
    checked = check(key[20:], [key[:20], "wait"])
    assert checked.materials == alone
    assert [finding.material for finding in checked.findings] == [alone[0][1]]


def test_a_phrase_over_messages() -> None:
    words = WORDS.split()
    checked = check(" ".join(words[4:]), ["hello", " ".join(words[:4])])
    assert checked.materials == (("seed_phrase", WORDS.encode()),)


def test_a_key_file_whatever_its_spacing() -> None:
    one, two = (disguises.keystore(disguises.dice(4), indent) for indent in (None, 2))
    assert check(one).materials == check(two).materials
    assert check(one).materials[0][0] == "keystore"


@pytest.mark.parametrize("text", [WORDS, f"private key {NUMBER}", f"code: 482913 {WORDS}"])
def test_it_is_shown_nowhere(text: str) -> None:
    shown = repr(check(text))
    assert WORDS.split()[0] not in shown
    assert NUMBER[:8] not in shown
    assert "material" not in shown
