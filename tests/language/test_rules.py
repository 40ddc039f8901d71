"""What a message wants: a person, small talk, and how urgent it is."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.work import costs_less_than
from walletdesk.language.rules import raise_urgency, says_yes, small_talk, wants_person

WANTS = [
    "转人工",
    "人工客服",
    "我要人工",
    "找人工",
    "请转人工客服",
    "人工",
    "给我转真人",
    "我想找客服",
    "有人吗？",
    "客服在吗",
    "不想跟机器人聊",
    "我要跟真人说话",
    "叫你们经理来",
    "能不能转人工啊",
    "有没有人工",
    "帮我接人工",
    "别给我机器人了，转人工",
    "麻烦转接人工服务",
    "我要投诉，叫你们主管来",
    "跟人聊",
    "换人工",
    "help, talk to a human",
    "I want to talk to a person",
    "can I speak to an agent please",
    "agent please",
    "human",
    "HUMAN!!!",
    "representative",
    "get me a real person",
    "connect me to support",
    "I need a human agent",
    "let me talk to someone",
    "i'd like to speak with a representative",
    "this bot is useless, I want a real human",
    "Please transfer me to an operator",
    "is there a real person here?",
    "I don't want to talk to a bot",
    "can you connect me with a live agent",
    "speak to your manager",
    "how do i contact customer service",
    "I need to talk to someone real",
    "can someone real help me, i want a human",
    "stop with the bot",
    "Live agent now",
    "could I please chat with a human being",
    "Quiero hablar con una persona",
    "necesito hablar con un agente",
    "hablar con humano",
    "persona real por favor",
    "pásame con un humano",
    "quiero que me atienda una persona",
    "puedo hablar con alguien?",
    "comunícame con un asesor",
    "no quiero hablar con un bot",
    "agente",
    "me puedes pasar con soporte",
    "quisiera hablar con atención al cliente",
    "hay alguna persona real ahí?",
    "Necesito un agente",
    "me gustaría hablar con un operador",
    "exijo hablar con un supervisor",
]

DOES_NOT_WANT = [
    "an agent asked me for my seed phrase",
    "is this support agent real?",
    "人工智能是什么",
    "假客服联系我",
    "有人自称客服加我微信",
    "what is a user agent",
    "someone called me pretending to be support",
    "how do I know I am talking to a real agent",
    "un agente me pidió mi frase",
    "un asesor de inversión me contactó",
    "a person sent me a link",
    "the person I sent it to has not received it",
    "send USDT to another person",
    "quiero enviar a otra persona",
    "不用转人工",
    "no need to talk to a human",
    "人工审核要多久",
    "I sent money to the wrong person",
    "le envié a una persona equivocada",
    "我转错人了",
    "有人把我的币转走了",
    "help me",
    "where is my money",
    "客服说要我的助记词",
    "can I send to someone without a wallet",
    "my agent fee",
    "dónde está mi dinero",
    "someone wants me to talk to their agent on telegram",
    "is it safe to talk to an agent on whatsapp",
    "交易一直pending怎么办",
    "需要人工审核吗",
    "how do I contact the person who sent me this",
    "no quiero hablar con un agente",
    "need to send to a real person abroad",
    "机器人交易怎么用",
    "真人认证失败",
    "转给客服的钱没到账",
]


@pytest.mark.parametrize("text", WANTS)
def test_asks_for_a_person(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize("text", WANTS)
def test_asks_for_a_person_beside_other_messages(text: str) -> None:
    assert wants_person(f"it is about my balance\n{text}\nare you there?")


def test_a_wish_after_a_long_text_is_heard_and_the_name_below_a_letter_is_none() -> None:
    letter = "Dear customer, your account was limited. Sign in at once to lift the limit.\n"
    assert wants_person(f"{letter * 80}I need a person\nthanks")
    assert not wants_person(f"{letter}Customer Support")


@pytest.mark.parametrize("text", DOES_NOT_WANT)
def test_speaks_of_a_person_without_asking(text: str) -> None:
    assert not wants_person(text)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            "greeting",
            ["hi", "hello there!", "你好", "在吗", "hola buenas", "👋 hi", "hola, qué tal?"],
        ),
        (
            "thanks",
            ["thanks so much", "谢谢啦", "ok thanks", "muchas gracias", "好的谢谢", "ok", "嗯嗯"],
        ),
        (
            None,
            [
                "hi where is my money",
                "thanks but it did not help",
                "你好我的币没到",
                "gas",
                "",
                "早上转的币",
            ],
        ),
    ],
)
def test_small_talk_is_nothing_but_small_talk(kind: str | None, texts: list[str]) -> None:
    assert {text: small_talk(text) for text in texts} == dict.fromkeys(texts, kind)


@pytest.mark.parametrize(
    ("urgency", "texts"),
    [
        (
            3,
            [
                "my wallet was hacked",
                "my wallet was drained before I could react",
                "How do I protect what is left? They stole my coins.",
                "how can I stay safe\nsomeone hacked my account",
                "怎么防止再发生？我的钱包被盗了",
                "la la la " * 500 + "\nme robaron todo",
                "钱包被盗了",
                "me robaron todo",
                "I typed my seed phrase into a site",
                "a plugin cleaned out my phantom",
                "my whole balance was swept overnight",
                "me limpiaron la billetera",
                "钱包一夜之间被人搬空",
                "我把助记词给了陌生人",
            ],
        ),
        (
            2,
            [
                "lost 20k usdt",
                "转了5万U没到",
                "sent 15,000 USDT",
                "$12,500.00",
                "2 btc",
                "10.000 dólares",
            ],
        ),
        (
            0,
            [
                "how can I avoid being hacked?",
                "what should I do before it gets hacked?",
                "怎么防止被盗",
                "I cleaned out my cache and drawers",
                "limpiaron la memoria del teléfono",
                "冰箱都搬空了",
                "0.01 eth",
                "block 19000000",
                "3万块",
                "20000",
            ],
        ),
    ],
)
def test_urgency_rises_with_theft_and_large_sums(urgency: int, texts: list[str]) -> None:
    assert {text: raise_urgency(text, 0) for text in texts} == dict.fromkeys(texts, urgency)


@given(st.text(max_size=300), st.integers(0, 3))
def test_rules_bear_any_text_and_never_lower(text: str, base: int) -> None:
    wants_person(text)
    small_talk(text)
    assert base <= raise_urgency(text, base) <= 3


@pytest.mark.parametrize(
    "piece", ["a ", "我要", "1", "1,", "i want ", "please ", "real ", "don't "]
)
def test_rules_stay_linear(piece: str) -> None:
    text = (piece * 4_000)[:4_000]
    for rule in (wants_person, small_talk, lambda said: raise_urgency(said, 0)):
        assert costs_less_than(0.5, partial(rule, text))  # quadratic patterns took seconds


@pytest.mark.parametrize(
    "text", ["yes", "Yes please!", "ok", "sí, por favor", "好的", "要", "嗯嗯", "可以的"[:2]]
)
def test_consent(text: str) -> None:
    assert says_yes(text)


@pytest.mark.parametrize(
    "text", ["no", "yes but my money", "不要", "no gracias", "", "嗯" * 70 + "x"]
)
def test_no_consent(text: str) -> None:
    assert not says_yes(text)
