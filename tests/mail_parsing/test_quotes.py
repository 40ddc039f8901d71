"""What looks like a signature or a quoted mail, and is what a customer of a wallet wrote."""

import pytest

from walletdesk.integrations.email.parsing.quotes import reply_of

SIGNATURES = """
Sent from my iPhone
Sent from my TCL 40
Sent via the Samsung Galaxy S24, an AT&T 5G smartphone
Sent with Proton Mail secure email.
From My Iphone 6
Get Outlook for iOS<https://aka.ms/o0ukef>
Enviado desde mi iPhone
Enviado desde Outlook para Android
发自我的iPhone
发自我的华为手机
来自 Outlook for iOS
发自网易邮箱大师
来自 Windows 版邮件
從我的 iPhone 傳送
寄自 Yahoo奇摩電子郵件 APP
""".strip().splitlines()

WRITTEN = """
From my wallet 0xabc I sent 100 USDT to the wrong address.
From my phone I can no longer open anything.
Sent my savings with the wrong button and they never arrived
Sent from my Trust wallet to an exchange, still pending
I cannot log in from mobile.
Enviado por error a otra red
Enviado desde mi billetera el lunes
自从更新app之后就打不开了
来自邮箱的验证码收不到
从我的钱包发送
""".strip().splitlines()


@pytest.mark.parametrize("row", SIGNATURES)
def test_signatures_of_programs_are_left_out(row: str) -> None:
    assert reply_of(f"Hola\n\n{row}") == "Hola"


@pytest.mark.parametrize("row", WRITTEN)
def test_what_a_customer_tells_is_no_signature(row: str) -> None:
    assert reply_of(f"Hola\n{row}\nGracias") == f"Hola\n{row}\nGracias"


TOLD = {
    "transfer": "It is missing:\nFrom: 0x1\nTo: 0x2\nDate: May 5\nAmount: 100\nPlease help",
    "date first": "Fecha: 5 de mayo\nMonto: 100 USDT\nTXID: abc\n\nGracias por su ayuda.",
    "time first": "时间：2026-05-01 12:00\n金额：100 USDT\n地址：TXabc\n\n请帮我查一下",
    "subject first": "Asunto: retiro pendiente\nNo llega desde ayer.\n\nGracias",
}


@pytest.mark.parametrize("name", TOLD)
def test_an_account_of_a_transfer_is_no_quoted_mail(name: str) -> None:
    assert reply_of(TOLD[name]) == TOLD[name]


@pytest.mark.parametrize(
    "header",
    [
        "From: Support\nSent: Monday, May 4, 2026\nTo: Ana\nSubject: Your transfer",
        "发件人： 客服\n发送时间： 2026-05-04\n收件人： 安娜\n主题： 转账",
        "De: Soporte <soporte@wallet.example>\nFecha: lunes\nPara: Ana",
    ],
)
def test_the_header_of_a_quoted_mail_is_one(header: str) -> None:
    assert reply_of(f"It came.\n\n{header}\n\nWe look into it.") == "It came."
    assert reply_of(f"{header}\n\nWe look into it.") == "We look into it."


def test_what_is_announced_as_forwarded_needs_no_full_header() -> None:
    text = "---------- Forwarded message ---------\nFrom: Ana\n\nIt came."
    assert reply_of(text) == "It came."
