# ruff: noqa: E501 - lists of sentences
"""The bot never says that it is human, never asks for a secret, never promises money."""

import inspect
from typing import Any

import pytest
from django.utils import translation

from walletdesk.bot import texts
from walletdesk.bot.conduct import Offence, offence_in
from walletdesk.bot.types import Reason
from walletdesk.conversations.tickets.types import Step as TicketStep

BAD = {
    Offence.HUMAN: [
        "I am a human.", "I'm a real person, trust me.", "You are talking to a real human.", "I am not a bot.",
        "Hi, my name is Anna.", "This is a live agent.", "Soy una persona real.", "No soy un robot.",
        "Está hablando con una persona.", "Me llamo Carlos y soy su asesor.", "我是真人客服。", "我不是机器人。",
        "我是人工客服小王。", "我叫小丽。",
    ],
    Offence.SECRET: [
        "Please send us your seed phrase.", "Tell me your private key so that I can check.", "Enter your recovery phrase here.",
        "To verify you we need your 12 words.", "What is your password?", "Reply with the verification code.",
        "Share your secret phrase with support to unlock.", "Type your seed phrase in this chat.", "kindly provide the seed phrase",
        "We do not store anything, so send me your recovery phrase.",
        "Envíenos su frase semilla.", "Necesito su clave privada para ayudarle.", "¿Cuál es su contraseña?",
        "Escriba aquí sus 12 palabras.", "Comparta el código de verificación.", "No se preocupe: indíquenos su frase de recuperación.",
        "请把助记词发给我们。", "请提供您的私钥。", "请输入助记词验证。", "您的密码是多少？", "告诉客服您的验证码。",
    ],
    Offence.MONEY: [
        "We will refund you.", "You will get your money back.", "Your funds will be returned tomorrow.", "We can recover your coins.",
        "I guarantee that the money comes back.", "You will be compensated.", "We'll pay you back in full.",
        "Le devolveremos su dinero.", "Recuperará sus fondos.", "Vamos a reembolsarle todo.", "Garantizamos que sus fondos vuelven.",
        "我们会退款给您。", "您会收到赔偿。", "平台将赔付您的损失。", "保证24小时到账。", "我们可以帮您找回您的币，一定追回。",
    ],
    Offence.MARKUP: ["<b>hi</b>", "[here](https://x.example)", "**now**", "a \u202egnp.exe", "&lt;script&gt;"],
}  # fmt: skip
GOOD = [
    "Never send anybody your seed phrase.", "Nobody from our team will ask for your password.", "I am a bot.",
    "I am a support bot, no human being.", "Choose Restore and enter your phrase in the wallet app on your own device.",
    "We cannot return what was sent on the chain.", "Nobody can promise that the money comes back.",
    "Write the words on paper and keep them where only you find them.", "Shall I call a person?",
    "No envíe su frase semilla a nadie.", "Soy un bot.", "No podemos devolver lo que se envió.", "Nadie pedirá su contraseña.",
    "不要把助记词发给任何人。", "我是机器人。", "我们无法退回链上的转账。", "客服绝不会索要私钥。", "手续费由网络收取。",
    "A deposit arrives after 12 confirmations.", "The fee goes to the network and not to us.", "手续费 < 1 USDT",
]  # fmt: skip


@pytest.mark.parametrize(
    ("offence", "text"), [(offence, text) for offence, said in BAD.items() for text in said]
)
def test_what_may_never_be_said(offence: Offence, text: str) -> None:
    assert offence_in(text) == offence
    assert offence_in(f"Your transfer is pending. {text}") == offence


@pytest.mark.parametrize("text", GOOD)
def test_what_may_be_said(text: str) -> None:
    assert offence_in(text) is None


VALUES: dict[str, list[Any]] = {
    "brand": ["Aurora Wallet"], "code": ["es"], "has_suggestions": [True, False], "ahead": [0, 1, 7],
    "minutes": [(0, 3), (5, 10)], "at": ["10:00 UTC"], "number": ["K7M-2QD"], "step": list(TicketStep),
    "urgency": [0, 1, 2, 3], "reason": list(Reason), "what": ["x"],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en", "es"])
def test_every_text_of_the_bot_behaves(language: str) -> None:
    said = 0
    for name, function in inspect.getmembers(texts, inspect.isfunction):
        if function.__module__ != texts.__name__:
            continue
        wanted = list(inspect.signature(function).parameters)
        for turn in range(max([len(VALUES[each]) for each in wanted], default=1)):
            values = {each: VALUES[each][turn % len(VALUES[each])] for each in wanted}
            with translation.override(language):
                text = function(**values)
            assert offence_in(text) is None, (name, text)
            said += bool(text)
    assert said >= 28
