"""A sentence of a model is shown only if an article says it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.bot.claims import Fault, Sentences, check_claim, facts_of, split
from walletdesk.bot.writing import alike

EN = (
    "A deposit arrives after 12 confirmations, which takes 3 minutes. "
    "Support never asks for your recovery phrase. If it does not arrive within 24 hours, look at "
    "https://scan.example/tx/0x5ea1b2c3d4e5f60718 and write to help@aurora.example."
)
ZH = "转账需要12个确认，大约3分钟到账。客服绝不会索要助记词。超过24小时未到账，请联系我们。"
ES = "El depósito llega tras 12 confirmaciones, en unos 3 minutos. Nadie pedirá su frase semilla."
PASSAGES = {"1": EN, "2": ZH, "3": ES}

SAID = [
    ("A deposit arrives after 12 confirmations [1].", None),
    ("Your deposit arrives after 12 confirmations, which takes 3 minutes. [1]", None),
    ("转账大约3分钟到账，需要12个确认。[2]", None),
    ("El depósito llega en unos 3 minutos, tras 12 confirmaciones [3].", None),
    ("Support never asks for your recovery phrase [1]", None),
    ("A deposit arrives after 12 confirmations.", Fault.UNCITED),
    ("A deposit arrives after 12 confirmations [7].", Fault.NOT_RETRIEVED),
    ("A deposit arrives after 13 confirmations [1].", Fault.FACT),
    ("A deposit arrives after 12 confirmations, which takes 3 hours [1].", Fault.FACT),
    ("A deposit arrives after two confirmations [1].", Fault.FACT),
    ("A deposit arrives after 1２ confirmations, or 120 [1].", Fault.FACT),
    ("转账需要十二个确认。[2]", Fault.FACT),
    ("Look at https://scan.example.evil/tx/0x5ea1b2c3d4e5f60718 [1].", Fault.FACT),
    ("Look at https://scan.example/tx/0x5ea1b2c3d4e5f60719 [1].", Fault.FACT),
    ("Write to help@aurora.example.co when it does not arrive [1].", Fault.FACT),
    ("Send it to TQ5p8CJ4Sk3LdQ1vY9q8QzJb1qVn3mZqXw [1].", Fault.FACT),
    ("Call +1 800 555 0199 if it does not arrive [1].", Fault.FACT),
    ("Bananas grow in warm countries [1].", Fault.FAR),
    ("Support asks for your recovery phrase [1].", Fault.DENIED),
    ("A deposit does not arrive after 12 confirmations [1].", Fault.DENIED),
    ("客服会索要助记词。[2]", Fault.DENIED),
    ("Please send us your recovery phrase [1].", Fault.CONDUCT),
    ("We will refund your deposit [1].", Fault.CONDUCT),
    ("A deposit arrives <b>after</b> 12 confirmations [1].", Fault.CONDUCT),
    ("[1]", Fault.SHAPE),
    ("12 [1].", Fault.SHAPE),
    ("a deposit arrives " * 40 + "[1].", Fault.SHAPE),
]


@pytest.mark.parametrize(("sentence", "fault"), SAID, ids=[said[:40] for said, _ in SAID])
def test_what_may_be_shown(sentence: str, fault: Fault | None) -> None:
    claim = check_claim(sentence, PASSAGES, alike)
    assert claim.fault == fault, claim.detail
    assert "[" not in claim.text


def near(_text: str, others: Sequence[str]) -> list[float]:
    return [1.0] * len(others)


@given(number=st.integers(0, 10**9), unit=st.sampled_from(["minutes", "USDT", "%", "分钟", ""]))
def test_no_number_that_the_passage_does_not_hold(number: int, unit: str) -> None:
    sentence = f"A deposit arrives after {number} {unit} [1]."
    claim = check_claim(sentence, PASSAGES, near)
    if claim.fault is None:
        assert f"{number} {unit}".strip() in {"12", "3 minutes", "24"}


@given(text=st.text(max_size=80), cut=st.integers(1, 9))
def test_nothing_said_is_lost_and_nothing_fails(text: str, cut: int) -> None:
    sentences = Sentences()
    got = [s for at in range(0, len(text), cut) for s in sentences.feed(text[at : at + cut])]
    got += sentences.close()
    assert "".join("".join(got).split()) == "".join(text.split())
    for sentence in got:
        claim = check_claim(sentence, PASSAGES, near)
        assert claim.fault is not None or "[" in sentence
    assert facts_of(text) >= facts_of("")


@given(st.lists(st.sampled_from([*split(EN), *split(ZH), *split(ES)]), min_size=1, max_size=4))
def test_the_same_sentences_however_they_are_cut(said: list[str]) -> None:
    text = " ".join(f"{sentence} [1]" for sentence in said)
    for cut in (1, 3, 1000):
        sentences = Sentences()
        got = [s for at in range(0, len(text), cut) for s in sentences.feed(text[at : at + cut])]
        assert [*got, *sentences.close()] == [f"{sentence} [1]" for sentence in said]
