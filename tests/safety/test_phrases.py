"""Seed phrases in one message, in every disguise, and spread over messages."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.safety import disguises
from tests.safety.disguises import IN_ONE, IN_ONE_HAN, OVER_MANY, OVER_MANY_HAN, Disguise, Sent
from walletdesk.safety.guard import check

SEEDS = st.integers(0, 2**48)  # a seed gives uniform phrases; drawn bytes shrink to zeros
COUNTS = st.sampled_from(disguises.LENGTHS)
HAN = st.sampled_from(("chinese_simplified", "chinese_traditional"))
STRICT = settings(max_examples=40, deadline=None, derandomize=True)


def play(messages: list[str]) -> tuple[list[str], int | None]:
    """Send the messages one after the other; return what is kept and who raised the alarm."""
    kept: list[str] = []
    alarm_at: int | None = None
    for number, message in enumerate(messages):
        checked = check(message, kept)
        for position, safe in checked.earlier.items():
            kept[position] = str(safe)
        kept.append(str(checked.safe))
        if checked.secret and alarm_at is None:
            alarm_at = number
    return kept, alarm_at


def longest_left(words: list[str], kept: list[str]) -> int:
    """Return how many consecutive words of the phrase can still be read."""
    text = "\n".join(re.sub(r"⟦secret:\w+⟧", "\0", message) for message in kept)
    readable = set(re.findall(r"[^\W\d_]+", text)) | {c for c in text if c > "\u3000"}
    best = run = 0
    for word in words:
        run = run + 1 if word in readable else 0
        best = max(best, run)
    return best


def assert_caught(sent: Sent) -> None:
    kept, alarm_at = play(sent.messages)
    assert alarm_at is not None, sent.messages
    assert longest_left(sent.words, kept) < 4, (sent.messages, kept)


@pytest.mark.parametrize("disguise", IN_ONE.values(), ids=IN_ONE)
def test_english_phrase_in_one_message(disguise: Disguise) -> None:
    @STRICT
    @given(SEEDS, COUNTS)
    def caught(seed: int, count: int) -> None:
        rng = disguises.dice(seed)
        assert_caught(disguise(rng, disguises.phrase(rng, count=count)))

    caught()


@pytest.mark.parametrize("disguise", IN_ONE_HAN.values(), ids=IN_ONE_HAN)
def test_chinese_phrase_in_one_message(disguise: Disguise) -> None:
    @STRICT
    @given(SEEDS, COUNTS, HAN)
    def caught(seed: int, count: int, name: str) -> None:
        rng = disguises.dice(seed)
        assert_caught(disguise(rng, disguises.phrase(rng, name, count)))

    caught()


@pytest.mark.parametrize("disguise", OVER_MANY.values(), ids=OVER_MANY)
def test_english_phrase_over_many_messages(disguise: Disguise) -> None:
    @STRICT
    @given(SEEDS, COUNTS)
    def caught(seed: int, count: int) -> None:
        rng = disguises.dice(seed)
        assert_caught(disguise(rng, disguises.phrase(rng, count=count)))

    caught()


@pytest.mark.parametrize("disguise", OVER_MANY_HAN.values(), ids=OVER_MANY_HAN)
def test_chinese_phrase_over_many_messages(disguise: Disguise) -> None:
    @STRICT
    @given(SEEDS, COUNTS, HAN)
    def caught(seed: int, count: int, name: str) -> None:
        rng = disguises.dice(seed)
        assert_caught(disguise(rng, disguises.phrase(rng, name, count)))

    caught()


WORDS = "ribbon tornado velvet crater lunar pigeon saddle onion".split()  # noqa: SIM905 -- a phrase


@pytest.mark.parametrize(
    "text",
    [
        "abandon " * 11 + "about",
        "my phrase: " + "abandon " * 11 + "about, can you restore it?",
        "RibbonTornadoVelvetCraterLunarPigeonSaddleOnion",
        "ribbontornadovelvetcraterlunarpigeonsaddleonion",
        " ".join(WORDS),
        "первое " + " ".join(WORDS),
        "ribb torn velv crat luna pige sadd onio ribb torn velv crat",
        "<ul><li>" + "</li><li class='w'>".join(WORDS) + "</li></ul>",
        "['" + "', '".join(WORDS) + "']",
        " ".join(WORDS).replace("o", "\u043e"),  # Cyrillic o
        " ".join(WORDS).replace("o", "o\u0301"),
        "的 一 是 在 不 了 有 和",
        "1.的 2.一 3.是 4.在 5.不 6.了 7.有 8.和",
        "的" + "、的" * 10 + "、在",
    ],
)
def test_table_of_phrases(text: str) -> None:
    checked = check(text)
    assert checked.kinds == ("seed_phrase",)
    assert check(str(checked.safe)).findings == ()


def test_text_around_a_phrase_stays() -> None:
    rng = disguises.dice(11)
    words = " ".join(disguises.phrase(rng))
    checked = check(f"Hello, my balance is gone.\n1) {words}\nPlease check, it is urgent.")
    assert str(checked.safe) == (
        "Hello, my balance is gone.\n⟦secret:seed_phrase⟧\nPlease check, it is urgent."
    )


def test_two_phrases_give_two_findings() -> None:
    rng = disguises.dice(12)
    one, two = (" ".join(disguises.phrase(rng)) for _ in range(2))
    between = " that is the first wallet of mine and this belongs to somebody else entirely: "
    assert len(check(one + between + two).findings) == 2


def test_alarm_comes_before_the_phrase_is_complete() -> None:
    _kept, alarm_at = play(disguises.one_each(["ribbon", "tornado", "velvet", "crater", "lunar"]))
    assert alarm_at == 3


def test_history_older_than_the_limit_is_not_looked_at() -> None:
    filler = ["how long will this take for my account"] * 24
    assert not check("lunar", [*WORDS[:3], *filler]).secret
    assert check("lunar", [*filler, *WORDS[:3]]).earlier.keys() == {24, 25, 26}


@pytest.mark.parametrize(
    "series",
    [
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
        "a) b) c) d) e) f) g) h) i) j) k) l)",
        "i. ii. iii. iv. v. vi. vii. viii. ix. x. xi. xii.",
    ],
)
def test_a_list_that_is_numbered_in_words_or_letters_is_a_phrase(series: str) -> None:
    words = [
        "abandon",
        "amount",
        "liar",
        "amount",
        "expire",
        "adjust",
        "cage",
        "candy",
        "arch",
        "gather",
        "drum",
        "buyer",
    ]
    numbered = " ".join(f"{at} {word}" for at, word in zip(series.split(), words, strict=True))
    checked = check(numbered)
    assert checked.secret
    assert longest_left(words, [str(checked.safe)]) < 3


def test_a_numbered_list_of_other_words_is_none() -> None:
    said = (
        "a) open the app b) choose the network c) copy the address d) send a small amount "
        "e) wait for it f) check the explorer g) ask us h) tell the number i) wait again"
    )
    assert not check(said).secret
