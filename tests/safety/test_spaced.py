"""Phrases with their letters apart or packed as base64, halves amid sentences; and what is none."""

import base64

import pytest

from tests.safety import disguises
from walletdesk.safety import guard
from walletdesk.safety.fingerprint import caught_in

WORDS = disguises.phrase(disguises.dice(61))
PLAIN = " ".join(WORDS)


@pytest.mark.parametrize(
    "text",
    [
        " ".join("".join(WORDS)),
        "  ".join(" ".join(word) for word in WORDS),
        "here: " + "\n".join("-".join(word) for word in WORDS).upper(),
        "see " + base64.b64encode(PLAIN.encode()).decode() + " thanks",
        base64.encodebytes("\n".join(WORDS).encode()).decode(),
    ],
)
def test_found_and_known_again(text: str) -> None:
    checked = guard.check(text)
    assert checked.kinds == ("seed_phrase",)
    assert "⟦secret:seed_phrase⟧" in checked.safe.text
    plain = guard.check(PLAIN)
    assert checked.materials == plain.materials
    assert len(caught_in(text, [], checked)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "p l e a s e   h e l p   m e   n o w,   i t   i s   u r g e n t",
        base64.b64encode(
            b"Where is my transfer? It was sent this morning and nobody helps"
        ).decode(),
        base64.b64encode(bytes(range(200))).decode(),
        "https://a.example/" + "Zm9v" * 40,
        "0x" + "ab" * 32,
    ],
)
def test_no_alarm(text: str) -> None:
    assert guard.check(text).findings == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("hola, son: ábaco abdomen abeja abierto abogado abono",
         "abrazo abrir abuelo acabar acaso acción y ya, ayuda"),
        ("你好，我的币没了，衡 舞 堵 染 标 厚", "销 矩 声 盈 翻 参 麻烦看看"),
    ],
)  # fmt: skip
def test_halves_amid_sentences(first: str, second: str) -> None:
    kept = guard.check(first).safe.text
    assert guard.check(second, [kept, "un momento"]).secret
