"""Codes that open an account: one-time codes, recovery codes, authenticator secrets, card numbers.

Numbers alone tell nothing here; the words directly in front of them do (ISO/IEC 7812 for cards).
"""

import re
from collections.abc import Iterator
from typing import Final

from walletdesk.safety.checksum import is_luhn
from walletdesk.safety.keys import Key
from walletdesk.safety.types import SecretKind
from walletdesk.safety.words import SCORES

# --- one-time codes -----------------------------------------------------------------------

_CODE_NAME: Final = (
    r"(?:verification|security|one[- ]?time|confirmation|authentication|auth|log[- ]?in|sign[- ]?in"
    r"|sms|text|2fa|mfa|otp|access|activation|authenticator|dynamic)"
    r"[ -]?(?:code|pin|pass(?:word|code))s?"
    r"|\b(?:otp|2fa|passcode)|verify code"
    r"|验证码|驗證碼|校验码|校驗碼|动态码|動態碼|动态[密口][码令]|一次性密码|短信码|确认码|登录码"
    r"|codigos? (?:de )?(?:verificacion|seguridad|acceso|confirmacion|un solo uso|sms"
    r"|autenticacion|inicio de sesion)|clave dinamica|codigo (?:que )?(?:me llego|recibi)"
)
_LINK: Final = (
    r"(?:[\s:=\-#\"'「【\[(<>*,]|\b(?:is|was|its|it's|it|i got|i received|i get|says|shows|now|here"
    r"|number|no|code|the|my|es|era|el|mi|me llego|recibi|que|sms)\b|就?是|为|為|如下|显示|收到"
    r"|我|的|发来|发|給|给|你|您|了|这个|這個){0,8}"
)
_DIGITS: Final = r"(?P<code>(?:g-)?\d{3}[ -]?\d{3}|\d{4,8})"
_NO_CODE_BEHIND: Final = (
    r"(?![0-9a-z]|[.:/-]\d|,\d{2,3}(?![\d分m])|\s?(?:分|秒|位|次|个|個|小时|天|元|块|条|min|sec|digit|times|hour|day"
    r"|veces|usd|eur))"
)
_ONE_TIME: Final = re.compile(rf"(?:{_CODE_NAME}){_LINK}(?<![0-9a-z.]){_DIGITS}{_NO_CODE_BEHIND}")
_ONE_TIME_BEHIND: Final = re.compile(
    r"(?<![0-9a-z.,-])(?P<code>(?:g-)?\d{4,8})(?![0-9a-z.,])\s?"
    r"(?:is (?:your|my|the)|es (?:tu|su|mi|el)|是?[您你我]的?|[(（【\[])[^.。\n\d]{0,30}?"
    r"(?:code|pin|otp|codigo|clave|验证码|驗證碼|校验码|动态码)"
)
_PLAIN_CODE: Final = re.compile(
    r"(?P<before>[a-z]{0,12})[ -]?\bcode(?: (?:i|that|they|you) (?:got|get|received|sent)(?: me)?)?"
    r"(?:[\s:=#\"']|\b(?:is|was|it says)\b){1,6}(?P<code>\d{3}[ -]?\d{3})(?![0-9a-z]|[.,:/-]\d)"
    r"|\bcodigo(?:[\s:=#\"']|\b(?:es|era)\b){1,6}(?P<codigo>\d{3}[ -]?\d{3})(?![0-9a-z]|[.,:/-]\d)"
)
_OTHER_CODES_TEXT: Final = """error err status exit promo promotional promotion postal post zip area
country source qr bar swift sort referral invite invitation discount coupon gift tracking reason
color response http product voucher bank version build chain dial currency"""
_OTHER_CODES: Final = frozenset(_OTHER_CODES_TEXT.split())

# --- recovery codes and authenticator secrets -----------------------------------------------

_RECOVERY_NAME: Final = re.compile(
    r"(?:back[- ]?up|recovery|rescue|emergency|scratch|restore)[ -]?(?:2fa |login |access )?codes?"
    r"|(?:备用|備用|恢复|恢復|备份|備份|救援|应急)(?:验证|驗證|代)?[码碼]"
    r"|codigos? de (?:respaldo|recuperacion|reserva|emergencia)"
)
_RECOVERY_CODE: Final = re.compile(
    r"(?<![0-9a-z])(?P<first>[0-9a-z]{4,6})[ -](?P<second>[0-9a-z]{4,6})(?![0-9a-z])"
    r"|(?<![0-9a-z])(?P<one>[0-9a-z]{8,12})(?![0-9a-z])"
)
_RECOVERY_REACH: Final = 40
_RECOVERY_GAP: Final = re.compile(r"(?:[^0-9a-z⟦]{1,6}(?:\d{1,2}[.):、])?[^0-9a-z⟦]{0,4})")
_OTPAUTH: Final = re.compile(r"otpauth(?:-migration)?://[^\s<>\"'⟦]{4,4000}")
_BASE32_NAME: Final = re.compile(
    r"(?<![0-9a-z])(?:2fa|otp|totp)(?![0-9])|authenticator|two[- ]factor|set-?up key|manual key"
    r"|autenticador|dos pasos|谷歌验证|身份验证|两步验证|双重验证|二次验证|设置密钥|绑定密钥"
)
_BASE32_REACH: Final = 130
_BASE32: Final = re.compile(
    r"(?<![0-9a-z])(?:[a-z2-7]{16,64}|[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,15})(?![0-9a-z])"
)

# --- cards ----------------------------------------------------------------------------------

_CARD: Final = re.compile(
    r"(?<![0-9a-z.,$€¥£#/-])(?:\d{4}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{1,7}"
    r"|\d{4}[ -]\d{6}[ -]\d{5}|\d{13,19})(?![0-9a-z]|[.,/-]\d)"
)
_ISSUER: Final = re.compile(
    r"4|5[0-8]|2(?:2[2-9]|[3-6]|7[01]|720)|3[4789]|6(?:2|011|4[4-9]|5)|35(?:2[89]|[3-8])"
    r"|3(?:0[0-5]|6)|6[37]"
)
_CARD_NAME: Final = re.compile(
    r"\bcards?\b|visa|master ?card|amex|american express|maestro|union ?pay|银联|銀聯|卡号|卡號"
    r"|[行用蓄记記]卡|tarjeta|\bcvv|\bcvc|\bpan\b|debit|credit"
)
_CARD_NO: Final = re.compile(
    r"(?:order|ticket|case|ref(?:erence)?|invoice|uid|imei|订单|订单号|单号|工单|流水|pedido|factura|caso"
    r"|referencia|tracking)\W{0,3}(?:no\.?|number|numero|id|号|號|is|es|是|为)?\W{0,3}$"
)
_CARD_REACH: Final = 48
_CARD_HINT: Final = re.compile(r"\d[ -]?\d{3}[ -]?\d{4}[ -]?\d{2}")


SHORTEST: Final = 6
"""Characters of the shortest message that holds a code and says so."""
_NAMES: Final = re.compile(
    r"code|otp|2fa|pin\b|pass|factor|authen|autent|up key|l key|[码碼令]|codigo|clave|验证|密[码钥]"
    r"|pasos"
)
_DIGITS_IN_A_ROW: Final = re.compile(r"\d ?\d ?\d")


def may_hold(low: str) -> bool:
    """Tell, cheaply, whether a text could hold a code: it has digits, or names a secret."""
    return _DIGITS_IN_A_ROW.search(low) is not None or _NAMES.search(low) is not None


def find(low: str) -> list[Key]:
    """Return the codes and card numbers in a lower-case normal text."""
    found: list[Key] = []
    if _NAMES.search(low):
        found += [Key(SecretKind.ONE_TIME_CODE, *span) for span in _one_time(low)]
        found += [Key(SecretKind.RECOVERY_CODE, *span) for span in _recovery(low)]
        found += [Key(SecretKind.AUTHENTICATOR, *match.span()) for match in _OTPAUTH.finditer(low)]
        found += [Key(SecretKind.AUTHENTICATOR, *span) for span in _base32(low)]
    if _CARD_HINT.search(low):
        found += [Key(SecretKind.CARD_NUMBER, *span) for span in _cards(low)]
    return found


def _one_time(low: str) -> Iterator[tuple[int, int]]:
    for pattern in (_ONE_TIME, _ONE_TIME_BEHIND):
        for match in pattern.finditer(low):
            yield match.span("code")
    for match in _PLAIN_CODE.finditer(low):
        if match.group("before") not in _OTHER_CODES:
            yield match.span("code" if match.group("code") else "codigo")


def _recovery(low: str) -> Iterator[tuple[int, int]]:
    """Yield the codes behind a word for them: one that was surely drawn, or several alike."""
    done = 0
    for name in _RECOVERY_NAME.finditer(low):
        if name.end() < done:
            continue
        first = _RECOVERY_CODE.search(low, name.end(), name.end() + _RECOVERY_REACH)
        found = _codes_from(low, first) if first else []
        if found and (len(found) >= 3 or _is_drawn(found[0].group())):
            done = found[-1].end()
            yield found[0].start(), done


def _codes_from(low: str, first: re.Match[str]) -> list[re.Match[str]]:
    """Return the run of codes of the same lengths that begins here."""
    found = [first]
    while True:
        gap = _RECOVERY_GAP.match(low, found[-1].end())
        code = _RECOVERY_CODE.match(low, gap.end()) if gap else None
        if code is None or _shape(code) != _shape(first):
            return found
        found.append(code)


def _shape(code: re.Match[str]) -> tuple[int, int, int]:
    return tuple(len(part or "") for part in code.group("first", "second", "one"))  # type: ignore[return-value]  # three groups


def _is_drawn(code: str) -> bool:
    digits = sum(map(str.isdigit, code))
    letters = sum(map(str.isalpha, code))
    return digits >= 2 and (letters >= 2 or digits >= 8)


def _base32(low: str) -> Iterator[tuple[int, int]]:
    for name in _BASE32_NAME.finditer(low):
        secret = _BASE32.search(low, name.end(), name.end() + _BASE32_REACH)
        if secret is None:
            continue
        groups = re.split("[ -]", secret.group())
        if not any(group in SCORES for group in groups) or any(map(str.isdigit, secret.group())):
            yield secret.span()


def _cards(low: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(low):
        digits = re.sub("[ -]", "", match.group())
        before = low[max(0, match.start() - _CARD_REACH) : match.start()]
        if not _ISSUER.match(digits) or not is_luhn(digits) or _CARD_NO.search(before):
            continue
        grouped = len(digits) < match.end() - match.start()
        after = low[match.end() : match.end() + _CARD_REACH]
        if grouped or _CARD_NAME.search(before) or _CARD_NAME.search(after):
            yield match.span()
