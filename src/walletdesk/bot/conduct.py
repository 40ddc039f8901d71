# ruff: noqa: E501 - a pattern reads best whole
"""What the bot may never say, whoever wrote it: that it is human, give me a secret, money is sure.

Patterns in Chinese, English and Spanish, over folded text, linear in its length. They refuse rather
too much: what is refused is replaced by an article's own words. Pure.
"""

import re
from enum import StrEnum

from walletdesk.language.asking import asks_for_secret, clauses_of, denies


class Offence(StrEnum):
    """What is wrong with a text that the bot would say."""

    HUMAN = "claims_to_be_human"
    SECRET = "asks_for_secret"  # noqa: S105 - a code, no password
    MONEY = "promises_money"
    MARKUP = "markup"


_MONEY = re.compile(
    r"\b(?:we|i|our team|the company|support|walletdesk)(?: will|'ll| shall| can| are going to| promise to| guarantee to)\b[^.!?;]{0,30}?"
    r"\b(?:refund|reimburse|compensate|return|restore|recover|credit|pay (?:you|back)|give (?:you|back)|send (?:you|back))\b"
    r"|\byou (?:will|'ll|are going to|shall) (?:\w+ )?(?:get|receive|have|be (?:given|paid|refunded|compensated|reimbursed))\b"
    r"[^.!?;]{0,25}?\b(?:back|refund\w*|money|funds|compensation|reimburs\w*|coins|usdt|btc|eth)\b"
    r"|\byou(?: will|'ll) be (?:refunded|compensated|reimbursed)\b|\b(?:guarante\w+|promise\w*|certainly|definitely)\b[^.!?;]{0,40}?"
    r"\b(?:refund\w*|money|funds|coins|compensation|return\w*|recover\w*|profit\w*)\b"
    r"|\b(?:your|the) (?:money|funds|coins|assets) (?:will|shall|are going to) (?:\w+ )?(?:be (?:returned|refunded|recovered|restored|credited)|come back|arrive safely)\b"
    r"|\b(?:te|le|les|os) (?:\w+ )?(?:devolver\w*|reembolsar\w*|compensar\w*|reintegrar\w*|pagar(?:emos|a))\b"
    r"|\b(?:recuperara[sn]?|recibira[sn]?|obtendra[sn]?|tendra[sn]?) (?:\w+ ){0,3}(?:dinero|fondos|monedas|reembolso|compensacion)\b"
    r"|\b(?:vamos a|podemos|garantiza\w*|prome\w+)\b[^.!?;]{0,30}?\b(?:devol\w+|reembols\w+|compensa\w+|recuper\w+|dinero|fondos)\b"
    r"|\b(?:tu|su)s? (?:dinero|fondos|monedas) (?:sera\w*|volvera\w*|se devolver\w*)\b"
    r"|(?:我们|平台|公司|客服)?(?:会|将|可以|保证|承诺|一定|负责)[^。！？；，]{0,8}?(?:退款|退还|赔偿|赔付|补偿|返还|退回|追回|找回(?:您|你)的(?:钱|币|资产|资金))"
    r"|(?:您|你)(?:会|将|一定能|可以|能)[^。！？；，]{0,6}?(?:收到|拿回|得到|找回)[^。！？；，]{0,6}?(?:退款|赔偿|补偿|钱|资金|资产)"
    r"|(?:保证|承诺|肯定|一定)[^。！？；，]{0,10}?(?:到账|收益|赚|回来)"
)
_HUMAN = re.compile(
    r"\b(?:i(?:'m| am)|this is|you are (?:talking|speaking|chatting) (?:to|with)) (?:\w+ )?(?:a |an )?"
    r"(?:(?:real|actual|live|fellow) )*(?:human\w*|person|man|woman|people|(?:support )?agent|employee|representative)\b"
    r"|\bi(?:'m| am) (?:not|no) (?:an? )?(?:\w+ )?(?:ro|chat)?(?:bot|ai|machine|program|robot)\b|\bmy name is\b"
    r"|\b(?:soy|estas? (?:hablando|chateando) con|le atiende|te atiende) (?:una? )?(?:\w+ )?(?:human[oa]|persona|hombre|mujer|agente|emplead[oa]|asesor[a]?)\b"
    r"|\bno soy (?:un |una )?(?:\w+ )?(?:ro|chat)?(?:bot|robot|maquina|ia)\b|\bme llamo\b"
    r"|我(?:就)?是(?:一[个名位])?(?:真人|真的人|人类|活人|人工客服|客服人员|工作人员|员工)|我(?:可)?不是(?:一[个台])?(?:机器人|ai|程序|机器)|我叫"
)
_MARKUP = re.compile(
    r"<[a-z/!?]|\]\(|`|\*\*|^#{1,6} |&(?:#\d|#x|lt|gt|amp)|[\u202a-\u202e\u2066-\u2069\u200b-\u200f]",
    re.MULTILINE,
)


def offence_in(text: str) -> Offence | None:
    """Return what the bot must not say in a text, None when it may be said.

    >>> offence_in("Please send me your seed phrase"), offence_in("Never send anybody your seed phrase")
    (<Offence.SECRET: 'asks_for_secret'>, None)
    """
    if _MARKUP.search(text.casefold()):
        return Offence.MARKUP
    for clause in clauses_of(text):
        if _HUMAN.search(clause):
            return Offence.HUMAN
        if asks_for_secret(clause):
            return Offence.SECRET
        if _MONEY.search(clause) and not denies(clause):
            return Offence.MONEY
    return None
