# ruff: noqa: E501 - lists of sentences
"""Which tool a message asks for is decided from its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.bot.types import Tool
from walletdesk.bot.wishes import ticket_number, tool_for

LINK = "https://aurora-help.example/claim"
ASKED = {
    Tool.IDENTITY: [
        "are you a bot?", "r u human", "Are you a real person", "am I talking to a robot??", "is this a bot answering",
        "are you just an AI", "who am i talking to", "¿eres un robot?", "eres humano o maquina", "¿estoy hablando con una persona?",
        "es usted una persona real?", "你是机器人吗", "您是真人吗？", "你到底是不是人工客服啊", "是真人还是机器人", "我在跟谁说话",
    ],
    Tool.QUEUE: [
        "how long is the queue?", "how long do I have to wait for an agent", "what is my place in line", "how many people are ahead of me",
        "when will somebody answer me", "what are your waiting times", "¿cuánto tarda en atenderme alguien?", "cuántas personas hay delante",
        "tiempo de espera?", "qué tan larga es la cola", "排队还要多久", "前面还有几个人", "多久才有人回复我", "人工要等多久", "什么时候轮到我",
    ],
    Tool.TICKET: [
        "what is the status of my ticket K7M-2QD", "my ticket 4711", "any news on ticket k7m2qd?", "where is my case number 88123",
        "has my ticket been answered", "estado de mi caso K7M-2QD", "¿hay novedades de mi solicitud?", "我的工单进度怎么样了", "工单K7M-2QD处理到哪了",
        "查一下单号 K7M2QD",
    ],
    Tool.OFFICIAL: [
        f"is {LINK} really yours?", f"{LINK} is this official", "is aurora-bonus.xyz a scam", f"¿es oficial {LINK}?", "es de ustedes aurora-bono.xyz ?",
        f"{LINK} 是官方的吗", "aurora-airdrop.top 这个网站安全吗，是你们的吗",
    ],
}  # fmt: skip
ORDINARY = [
    "my deposit has not arrived, how long does it take", "how long do I wait for 12 confirmations?", "is it safe to keep my phrase in the cloud",
    "are you able to cancel a transfer", "my withdrawal is in the queue of the bridge", "is this token official", "are fees high today",
    "why was I asked for a ticket", "the airline ticket was expensive", "¿cuánto tarda un depósito?", "¿es segura la app?", "eres muy lento",
    "cuánto cuesta enviar", "充值要多久到账", "转账多久能到", "你是怎么收费的", "这个代币是真的吗", "提现要等多久", "人工智能概念币怎么买", "",
    "someone took my coins", "how do I stake", "why does the app say machine error", "mi caso es distinto",
]  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "text"), [(t, text) for t, said in ASKED.items() for text in said]
)
def test_what_asks_for_a_tool(tool: Tool, text: str) -> None:
    assert tool_for(text) == tool


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_questions_ask_for_none(text: str) -> None:
    assert tool_for(text) is None


def test_numbers_of_tickets() -> None:
    assert ticket_number("ticket k7m 2qd please") == "K7M2QD"
    assert ticket_number("my ticket is KMN-QDX") == "KMNQDX"
    assert ticket_number("please answer my ticket") is None


@given(st.text(max_size=120))
def test_any_text_is_survived(text: str) -> None:
    tool_for(text)
    ticket_number(text)
