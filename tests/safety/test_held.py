"""Which words wait sealed: runs of four list words, and nothing that people write every day."""

import pytest

from tests.safety import disguises
from walletdesk.safety import guard, held


def waiting(text: str) -> list[str]:
    return [text[start:end] for start, end in held.find(text)]


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("velvet market ocean piano", ["velvet market ocean piano"]),
        ("so: velvet, market 3) OCEAN\npiano ok?", ["velvet, market 3) OCEAN\npiano"]),
        ("velvet market ocean", []),
        ("velvet market https://a.example/ocean piano drum tuna", []),
        ("⟦secret:seed_phrase⟧ tuna", []),
        ("velvet market ⟦email:K3F97QMT⟧ ocean piano", []),
        ("I want to move the money from my wallet to the other one", []),
        ("test test test test", []),
        ("лимит бетон дерево окно", []),
        ("ábaco abdomen abeja abierto", ["ábaco abdomen abeja abierto"]),
        ("衡 舞 堵 染", ["衡 舞 堵 染"]),
        ("减锥辛胞", ["减锥辛胞"]),
        ("我是新手", []),
        ("转账一直失败", []),
        ("验证码收不到", []),
        *(
            (ordinary, [])
            for ordinary in ("转错链了", "能找回吗", "有风险吗", "太慢了吧", "钱不见了", "没人理我")
        ),
        ("Why: asked for a person\nTopic: deposit_missing\nUrgency: high", []),
        ("\ud800 velvet market ocean piano \x00", ["velvet market ocean piano"]),
    ],
)
def test_what_waits(text: str, waits: list[str]) -> None:
    assert waiting(text) == waits


def test_every_run_of_a_drawn_phrase_waits() -> None:
    """In pieces of five words, none of which alarms by itself."""
    rng = disguises.dice(39)
    for _number in range(50):
        words = disguises.phrase(rng, count=15)
        for at in range(0, 15, 5):
            piece = " ".join(words[at : at + 5])
            assert guard.check(piece).findings or waiting(piece), piece


def test_tokens_stand_for_exactly_the_words() -> None:
    safe = guard.check("so: velvet market ocean piano. It is a.b@mail.example").safe
    stored = guard.tokenise(safe, lambda kind, _value: {"words": "AAAA"}.get(kind, "BBBB"))
    assert stored.text == "so: ⟦words:AAAA⟧. It is ⟦email:BBBB⟧"
    assert [each.value for each in stored.values] == [
        "velvet market ocean piano",
        "a.b@mail.example",
    ]
