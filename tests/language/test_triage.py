"""Triage: the shipped model is fresh, says what is plain to everybody, and rules only raise."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from walletdesk.language.topics import TOPICS, default_urgency
from walletdesk.language.triage.features import piece_grams, plain, word_grams, words
from walletdesk.language.triage.held_out import HELD_OUT, read_examples
from walletdesk.language.triage.judge import MODEL, settle, topic_model, triage
from walletdesk.language.triage.model import BadModel, Judgement, load
from walletdesk.language.types import Urgency

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

PLAIN = [
    ("my deposit has not arrived, binance says completed", "deposit_missing"),
    ("充值一直没到账", "deposit_missing"),
    ("mi depósito no aparece", "deposit_missing"),
    ("transaction pending for 6 hours", "tx_pending"),
    ("转账一直没确认", "tx_pending"),
    ("I used BEP20 instead of ERC20", "wrong_network"),
    ("网络选错了", "wrong_network"),
    ("地址填错了,转给别人了", "wrong_address"),
    ("mandé a otra dirección por error", "wrong_address"),
    ("someone stole everything from my wallet", "wallet_stolen"),
    ("我的钱包被盗了", "wallet_stolen"),
    ("is this email really from you?", "phishing_link"),
    ("助记词丢了怎么办", "seed_lost"),
    ("olvidé mi contraseña", "forgot_password"),
    ("forgot my password", "forgot_password"),
    ("my account was suspended, why", "account_locked"),
    ("密码没错就是登录不上", "login_problem"),
    ("谷歌验证码一直错误", "two_factor"),
    ("为什么手续费这么贵", "fees"),
    ("转人工", "talk_human"),
    ("hola", "greeting"),
    ("谢谢,解决了", "thanks"),
    ("esqueci minha senha", "forgot_password"),
    ("меня взломали, украли крипту", "wallet_stolen"),
]


@pytest.mark.parametrize(("text", "topic"), PLAIN)
def test_what_is_plain(text: str, topic: str) -> None:
    (found,) = triage([text])
    assert (found.topic, found.out_of_scope) == (topic, False)
    assert found.urgency >= default_urgency(topic)


@pytest.mark.parametrize(
    "text", ["what's the weather like today", "给我讲个笑话", "receta de paella"]
)
def test_what_is_no_matter_of_a_wallet(text: str) -> None:
    (found,) = triage([text])
    assert (found.topic, found.out_of_scope, found.urgency) == ("other", True, Urgency.LOW)


@pytest.mark.parametrize(
    ("text", "outside"), [("", True), (" \t", True), ("???", True), ("0x" + "8a4f" * 16, False)]
)
def test_nothing_said(text: str, outside: bool) -> None:
    (found,) = triage([text])
    assert (found.topic, found.confidence, found.out_of_scope) == ("other", 0.0, outside)


@pytest.mark.parametrize(
    ("text", "topic", "urgency"),
    [
        ("hacked, all gone", "fees", Urgency.CRITICAL),
        ("fui roubado", "fees", Urgency.CRITICAL),
        ("盗まれました", "other", Urgency.CRITICAL),
        ("my 50,000 USDT", "fees", Urgency.HIGH),
        ("how can I prevent being hacked", "fees", Urgency.LOW),
        ("how much", "fees", Urgency.LOW),
        ("you are all scammers", "complaint", Urgency.MEDIUM),
        ("你们就是骗子公司", "complaint", Urgency.MEDIUM),
        ("son unos ladrones", "complaint", Urgency.MEDIUM),
        ("your agent is fine, scammers took my coins", "complaint", Urgency.CRITICAL),
    ],
)
def test_rules_raise(text: str, topic: str, urgency: Urgency) -> None:
    assert settle(text, Judgement(topic, 0.9, 0.9, out_of_scope=False)).urgency == urgency


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(sorted(TOPICS)))
def test_rules_never_lower(text: str, topic: str) -> None:
    found = settle(text, Judgement(topic, 0.9, 0.9, out_of_scope=False))
    assert found.urgency >= default_urgency(found.topic)
    assert found.topic in TOPICS


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_grams(text: str) -> None:
    found = words(text)
    assert all(word_grams(found).values())
    assert all(piece_grams(found).values())
    plain(text).encode()


def test_the_model_is_of_these_examples() -> None:
    """After a change of the examples or of features.py: `make models`."""
    tool = importlib.import_module("train_topics")
    with np.load(MODEL, allow_pickle=False) as arrays:
        about = json.loads(bytes(arrays["about"]))
    assert about["digest"] == importlib.import_module("topic_training").digest(tool.files())
    assert about["digest"] in tool.CARD.read_text()
    assert set(about["labels"]) == {*TOPICS, "outside"}
    assert MODEL.stat().st_size < 10_000_000


def test_there_are_enough_examples_and_none_is_tested() -> None:
    tool = importlib.import_module("train_topics")
    held_out = {text for path in HELD_OUT.glob("*.txt") for text, _ in read_examples(path)}
    for language, least in (("zh-hans", 30), ("en", 30), ("es", 15)):
        pairs = read_examples(tool.DATA / f"{language}.txt")
        assert len(set(pairs)) == len(pairs)
        for topic in TOPICS:
            assert sum(1 for _, label in pairs if label == topic) >= least, (language, topic)
    trained = [text for path in tool.DATA.glob("*.txt") for text, _ in read_examples(path)]
    long = {text for text in held_out if len(text) > 12}  # short greetings are what they are
    assert not long & set(trained)


def test_training_twice_gives_the_same_model() -> None:
    training = importlib.import_module("topic_training")
    pairs = read_examples(importlib.import_module("train_topics").DATA / "de.txt")[:30]
    one, two = (training.train(training.examples_of(pairs)) for _ in range(2))
    assert one.labels == two.labels
    assert np.array_equal(one.head.pull, two.head.pull)
    assert np.array_equal(one.blocks["piece"].weights, two.blocks["piece"].weights)


@pytest.mark.long
def test_make_models_gives_the_same_bytes(tmp_path: Path) -> None:
    tool = [sys.executable, str(Path(__file__).parents[2] / "tools/train_topics.py")]
    written = []
    for number in range(2):
        out = tmp_path / f"{number}.npz"
        subprocess.run([*tool, "--out", str(out)], check=True, capture_output=True)
        written.append(out.read_bytes())
    assert written[0] == written[1]


def test_batches_change_nothing() -> None:
    texts = [text for text, _ in PLAIN]
    alone = [triage([text])[0] for text in texts]
    for one, other in zip(triage(texts), alone, strict=True):
        assert (one.topic, one.urgency) == (other.topic, other.urgency)
        assert one.confidence == pytest.approx(other.confidence, abs=1e-3)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "topics.npz"
    broken.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(BadModel, match=r"topics\.npz"):
        load(broken)
    assert topic_model().tuning.threshold > 0
