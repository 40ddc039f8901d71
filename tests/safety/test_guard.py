"""What the guard promises for every text: safe types, true spans, stable masks, linear time."""

import copy
import pickle
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.safety import disguises
from tests.safety.disguises import IN_ONE, IN_ONE_HAN
from walletdesk.safety import (
    codes,
    coins,
    conversation,
    derived,
    foreign,
    hanzi,
    keys,
    material,
    phrases,
    sessions,
    shortened,
)
from walletdesk.safety.guard import check, may_continue, redisplay, trusted
from walletdesk.safety.types import SafeText

MASK = re.compile(r"⟦secret:(\w+)⟧")
KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
BITS = (
    *(
        "velvet",
        "crater",
        "abandon",
        "can",
        "you",
        "the",
        "word",
        "3",
        "1.",
        "my private key",
        "hash",
    ),
    *(
        "助记词是",
        "的",
        "庭养",
        "第3个是",
        "，",
        "\n",
        " ",
        "\u200b",
        "⟦secret:seed_phrase⟧",
        "⟦",
        "⟧",
    ),
    *(
        KEY,
        "0x" + KEY,
        KEY[:32],
        '{"ciphertext":"' + KEY + '"',
        '"mac":"',
        "}",
        "<li>",
        "私钥",
        "é",
        "ﷺ",
    ),
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(BITS), max_size=24).map("".join),
    st.lists(st.sampled_from(BITS), max_size=24).map(" ".join),
)
MANY = settings(max_examples=150, deadline=None, derandomize=True)


def test_safe_text_is_built_by_the_guard_only() -> None:
    for capability in (None, object(), "x"):
        with pytest.raises(TypeError):
            SafeText("abandon", capability)
    with pytest.raises(TypeError):
        SafeText("abandon")  # type: ignore[call-arg]
    safe = trusted("hello")
    with pytest.raises(AttributeError):
        safe.text = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        safe._text = "other"  # noqa: SLF001 -- the point of the test
    with pytest.raises(AttributeError):
        del safe._text  # noqa: SLF001 -- the point of the test
    with pytest.raises(TypeError):
        pickle.dumps(safe)


def test_safe_text_behaves_like_a_value() -> None:
    one, two = trusted("hello"), redisplay("hello")
    assert one == two
    assert hash(one) == hash(two)
    assert one != "hello"
    assert one != trusted("other")
    assert str(one) == one.text == "hello"
    assert repr(one) == "SafeText('hello')"
    assert copy.copy(one) is one
    assert copy.deepcopy({"a": one})["a"] is one
    assert not isinstance(one, str)


@MANY
@given(TEXTS)
def test_any_text_is_checked_with_true_spans_and_stable_masks(text: str) -> None:
    checked = check(text)
    end = 0
    rebuilt = ""
    for finding in checked.findings:
        assert end <= finding.start < finding.end <= len(text)
        rebuilt += text[end : finding.start] + f"⟦secret:{finding.kind}⟧"
        end = finding.end
    assert str(checked.safe) == rebuilt + text[end:]
    assert check(str(checked.safe)).findings == ()
    assert checked.secret == any(found.kind != "undecided_key" for found in checked.findings)
    assert checked.undecided == any(found.kind == "undecided_key" for found in checked.findings)
    assert checked.earlier == {}


@MANY
@given(TEXTS, st.lists(TEXTS, max_size=30))
def test_history_adds_only_where_may_continue_says_so(text: str, history: list[str]) -> None:
    alone, together = check(text), check(text, history)
    if not may_continue(text):
        assert together == alone
    assert all(0 <= index < len(history) for index in together.earlier)
    assert not alone.secret or together.secret
    for index, safe in together.earlier.items():
        assert MASK.search(str(safe))
        assert check(str(safe)).findings == ()
        assert index >= len(history) - 24


@pytest.mark.parametrize(
    "text",
    ["⟦secret:seed_phrase⟧", "⟦secret:nonsense⟧", "⟦secret:" * 50, "⟦⟧", "⟦secret:wif⟧ velvet"],
)
def test_a_typed_mask_breaks_nothing(text: str) -> None:
    assert str(check(text).safe) == text
    assert str(check("my balance is wrong, please help", [text] * 3).safe).startswith("my balance")


@pytest.mark.parametrize("disguise", [*IN_ONE.values(), *IN_ONE_HAN.values()])
def test_spans_lie_in_the_original_text(disguise: disguises.Disguise) -> None:
    name = "english" if disguise in IN_ONE.values() else "chinese_simplified"
    sent = disguise(disguises.dice(3), disguises.phrase(disguises.dice(3), name))
    text = "ﷺ é " + sent.messages[0] + " é ﷺ"
    (finding,) = check(text).findings if name == "english" else check(text).findings[:1] or (None,)
    if finding:
        assert finding.start >= 4
        assert finding.end <= len(text) - 4


HOSTILE = (
    *(
        "a",
        "abandon",
        "abandon ",
        "a ",
        "zz zz ",
        "<",
        "<a ",
        "<li a='",
        "&",
        "&#1",
        "0",
        "0x",
        "ff ",
    ),
    *(
        "{",
        "}",
        "{}",
        '{"ciphertext":"0011223344556677"',
        "'",
        "的",
        "的 ",
        "第1个",
        "助记词是",
        "私钥 ",
    ),
    *(
        "private key ",
        "hash ",
        "not my ",
        "1. ",
        "  ",
        "\n",
        "\u200b",
        "\u0301",
        "⟦secret:",
        "xprv",
        "K",
    ),
    *(
        "5HueCGU8rMjxEX ",
        "://",
        "www.",
        "a.a/",
        "is : is ",
        "private key " + KEY + " ",
        "Aa1",
        "年3 ",
    ),
)


HOSTILE_MORE = (
    *("eyJ", "eyJ.", "eyJa.eyJ", "bearer ", "cookie: a=", "a=", "token=", "token: a1", "=" * 3),
    *('"cookies":[', '"name":"cookie","value":"', '"value":"', "\\", '\\"'),
    *("code ", "code is ", "the code i got is ", "123456 ", "123456 is your ", "验证码是", "otp 1"),
    *("1 ", "1,", "1, ", "255,", "4111 ", "4111 1111 1111 1111 ", "12-", "recovery codes ab12-"),
    *("2fa ", "2fa abcd ", "abcd ", "abcd efgh", "otpauth://", "nsec1q", "sk1", "edsk", "S" * 7),
    *("-----begin private key-----", "-----begin ", "0:", "0x0", '"a":"', "a.b=", "bc1q", "слово "),
    *("あい", "가", "casa", "casa ", "助记词: 庭", "import "),
)


def assert_linear(work: Callable[[str], object], unit: str, size: int) -> None:
    """Twice the text may take twice the time: a ratio within one run, whatever the machine.

    Under a tenth of a second nothing is compared, since the clock is too coarse for it.
    """
    large = seconds(work, (unit * size)[:size] + "!", rounds=1)
    if large >= ENOUGH:
        small = seconds(work, (unit * size)[: size // 2] + "!")
        large = seconds(work, (unit * size)[:size] + "!")
        assert large < ENOUGH or large < 3.3 * small, (unit, small, large)


def seconds(work: Callable[[str], object], text: str, rounds: int = 3) -> float:
    best = float("inf")
    for _round in range(rounds):
        began = time.process_time()
        work(text)
        best = min(best, time.process_time() - began)
    return best


ENOUGH = 0.1


def patterns() -> list[re.Pattern[str]]:
    modules = (
        *(codes, coins, conversation, derived, foreign, hanzi),
        *(keys, material, phrases, sessions, shortened),
    )
    return [v for m in modules for v in vars(m).values() if isinstance(v, re.Pattern)]


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: pattern.pattern[:30])
def test_no_pattern_backtracks(pattern: re.Pattern[str]) -> None:
    for unit in (*HOSTILE, *HOSTILE_MORE):
        assert_linear(lambda text: list(pattern.finditer(text)), unit, 6_000)


@pytest.mark.parametrize("unit", [*HOSTILE, *HOSTILE_MORE])
def test_time_grows_with_the_length_only(unit: str) -> None:
    history = ["velvet", "my private key is", "{"]
    assert_linear(lambda text: check(text, history), unit, 20_000)


def test_depth_of_json_does_not_matter() -> None:
    text = '{"a":' * 50_000 + '{"ciphertext":"00112233445566778899","mac":"00"}' + "}" * 50_000
    assert check(text).kinds == ("keystore",)
