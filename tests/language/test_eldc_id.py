"""Language of a message, with the conversation as prior."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.language.eldc_id import DEFAULT_LANGUAGES, EldcLanguageId

OFFERED = EldcLanguageId(["zh-hans", "en", "es"])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("USDT 没到账", "zh-hans"),
        ("gas fee too high 怎么办", "zh-hans"),
        ("how do I use 助记词 in this wallet please", "en"),
        ("where is my BTC", "en"),
        ("MI DINERO NO LLEGA", "es"),
        ("depósito no acreditado", "es"),
        ("送金できません", "ja"),
        ("전송이 안돼요", "ko"),
        ("iPhone的の人工客服", "zh-hans"),
        ("USDT", "und"),
        ("https://example.com/tx/0x1234", "und"),
        ("", "und"),
    ],
)
def test_names_the_language(text: str, language: str) -> None:
    assert OFFERED.identify(text).language == language


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        ("ok", "zh-hans"),
        ("ok thanks", "zh-hans"),
        ("help me", "zh-hans"),
        ("gracias", "en"),
        ("谢谢", "en"),
        ("hola", "en"),
        ("USDT TRC20", "es"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "zh-hans"),
        ("12345", "es"),
    ],
)
def test_a_short_word_never_flips_the_conversation(text: str, prior: str) -> None:
    assert OFFERED.identify(text, prior=prior).language == prior


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [
        ("怎么还没到账", "en", "zh-hans"),
        ("no puedo entrar a mi cuenta", "en", "es"),
        ("my transfer is still pending", "zh-hans", "en"),
    ],
)
def test_a_whole_sentence_does(text: str, prior: str, language: str) -> None:
    assert OFFERED.identify(text, prior=prior).language == language


def test_the_long_list_knows_more() -> None:
    known = EldcLanguageId(DEFAULT_LANGUAGES)
    said = ["Wo ist mein Geld?", "uang saya hilang di dompet", "tiền của tôi đâu", "где мои деньги"]
    assert [known.identify(text).language for text in said] == ["de", "id", "vi", "ru"]


@pytest.mark.parametrize("text", ['{"a":1}', "a", "B", "é", '{"a":1,"b":[2]}', "x = 5?"])
def test_single_letters_name_no_language(text: str) -> None:
    known = EldcLanguageId(DEFAULT_LANGUAGES)
    assert known.identify(text).language == "und"
    assert known.identify(text, prior="es").language == "es"
    assert known.identify("я").language == "ru", "an alphabet of its own does"
    assert known.identify("a b test of my wallet").language == "en"


@given(st.text(max_size=200), st.sampled_from([None, "zh-hans", "en", "es"]))
def test_any_text_gets_an_answer(text: str, prior: str | None) -> None:
    guess = OFFERED.identify(text, prior=prior)
    assert guess.language in {"zh-hans", "en", "es", "ja", "ko", "und"}
    assert 0 <= guess.confidence <= 1
