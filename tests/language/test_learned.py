"""What a brand's examples make of the shipped model, and the held-out messages that judge it."""

import numpy as np
import pytest

from walletdesk.language.triage.held_out import Measured, measure
from walletdesk.language.triage.judge import topic_model, triage, triage_vectors, vectors_of
from walletdesk.language.triage.learned import learn, pack, unpack
from walletdesk.language.triage.model import ALARMS, BadModel
from walletdesk.language.triage.trade_words import in_english

CARD = ["my metal card is worn out", "the card does not work at the till", "send me a new card"]


def test_held_out_alarms_are_found() -> None:
    found = measure(topic_model())
    assert found.right / found.messages > 0.93
    assert found.alarms_found / found.alarms > 0.95


@pytest.mark.parametrize(
    "text",
    ["message 3 of this conversation", "这是本次对话的第3条消息", "mensaje 3 de esta conversación",
     "a sentence", "lorem ipsum dolor sit amet", "测试一下", "test 7", "😂😂", "row 12", "hmm"],
)  # fmt: skip
def test_chatter_is_nothing_of_ours(text: str) -> None:
    (found,) = triage([text])
    assert found.out_of_scope or found.topic in {"other", "greeting", "thanks"}
    assert found.topic not in ALARMS


def test_a_topic_of_the_brand_is_learnt_kept_and_read_again() -> None:
    base = topic_model()
    learned = learn(base, vectors_of(CARD), ["own_card"] * 3)
    again = unpack(base, pack(base, learned))
    texts = ["the metal card is broken", "why are fees so high"]
    for model in (learned, again):
        said = triage_vectors(texts, vectors_of(texts), model=model)
        assert [each.topic for each in said] == ["own_card", "fees"]
    assert np.allclose(learned.head.pull, again.head.pull, atol=2e-2)


def test_only_what_was_made_beside_this_model_is_read() -> None:
    base = topic_model()
    packed = pack(base, learn(base, vectors_of(CARD), ["fees"] * 3))
    other = topic_model.__wrapped__()
    other.digest = "another"
    for model, content in ((other, packed), (base, b""), (base, b"PK nothing")):
        with pytest.raises(BadModel):
            unpack(model, content)


@pytest.mark.parametrize(
    ("right", "alarms", "worse"),
    [(90, 10, False), (91, 10, False), (89, 10, True), (95, 9, True)],
)
def test_worse_is_fewer_right_or_fewer_alarms(right: int, alarms: int, *, worse: bool) -> None:
    assert Measured(right, 100, alarms, 10).worse_than(Measured(90, 100, 10, 10)) == worse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("解除质押要多久", "unstake"),
        ("充值没到账", "deposit not arrived"),
        ("tôi quên mật khẩu", "forgot password"),
    ],
)
def test_words_of_the_trade(text: str, words: str) -> None:
    assert words in " ".join(in_english(text).split())


def test_other_languages_stay_as_they_are() -> None:
    assert in_english("mi saldo, vi un token") == "mi saldo, vi un token"
