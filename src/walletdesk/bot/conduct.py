# ruff: noqa: E501 - a pattern reads best whole
"""What the bot may never say, whoever wrote it: that it is human, give me a secret, money is sure.

Patterns in Chinese, English and Spanish, over folded text, linear in its length. They refuse rather
too much: what is refused is replaced by an article's own words. Pure.
"""

import re
from enum import StrEnum

from walletdesk.language.rules import fold_text


class Offence(StrEnum):
    """What is wrong with a text that the bot would say."""

    HUMAN = "claims_to_be_human"
    SECRET = "asks_for_secret"  # noqa: S105 - a code, no password
    MONEY = "promises_money"
    MARKUP = "markup"


_CUT = re.compile(
    r"[.!?;:。！？；：\n]|, (?:but|and|so|then|please|just|pero|y|asi que|entonces|por favor) |，(?:但|而|并|所以|请|那)"
)  # a no in one clause is none in the next
_NO = re.compile(
    r"\b(?:no|not|never|nobody|no one|don'?t|doesn'?t|won'?t|can'?t|cannot|neither|nor|without|"
    r"nunca|jamas|nadie|ni|ningun\w*|tampoco|sin)\b|n't\b|不|没|勿|别|未|无|谁都|绝不"
)
_SECRETS = (
    r"(?:(?:seed|recovery|secret|backup|mnemonic)[ -]?(?:phrase|words|key)?|mnemonic|private keys?|keystore|passphrase|"
    r"pass(?:word|code)s?|pin(?: code)?|(?:one[- ]time|verification|security|2fa|sms|auth\w*) codes?|cvv|"
    r"(?:12|24|twelve|twenty[- ]four) words|"
    r"frase (?:semilla|secreta|de recuperacion)|semilla|palabras (?:secretas|de recuperacion)|claves? privadas?|contrasenas?|"
    r"codigos? (?:de verificacion|de seguridad|sms|2fa)|(?:12|24|doce|veinticuatro) palabras)"
)
_ASKING = re.compile(
    rf"\b(?:send|tell|give|share|provide|type|enter|paste|write|reply with|submit|upload|show|confirm|need|message)\b"
    rf"[^.!?;]{{0,40}}?\b{_SECRETS}[^.!?;]{{0,30}}?\b(?:us|me|here|to (?:us|me|support|the agent|this chat)|in (?:this|the) chat|below)\b"
    rf"|\b(?:send|tell|give|show|message) (?:us|me)\b[^.!?;]{{0,40}}?\b{_SECRETS}"
    rf"|\b(?:i|we) (?:\w+ )?(?:need|require|want|must have|ask for)\b[^.!?;]{{0,30}}?\b{_SECRETS}"
    rf"|^\W*(?:now |then |so |just )?(?:reply with|submit|send|share|provide|give|tell|message)\b[^.!?;]{{0,30}}?\b{_SECRETS}"
    rf"|\bwhat(?:'s| is| are) your {_SECRETS}"
    rf"|\b(?:please|pls|kindly|now) (?:\w+ ){{0,2}}(?:share|provide|paste|type|enter|reply with|send|confirm)\b[^.!?;]{{0,30}}?\b{_SECRETS}"
    rf"|\b(?:envi\w*|mand\w*|di(?:ga)?(?:nos|me)|d[ae](?:nos|me)|compart\w*|escrib\w*|peg\w*|proporcion\w*|indi[cq]\w*|necesit\w*|facilit\w*)"
    rf"\b[^.!?;]{{0,40}}?\b{_SECRETS}"
    rf"|\bcual(?:es)? (?:es|son) (?:tu|su)s? {_SECRETS}"
    r"|(?:发送?(?![来的])|告诉|提供|输入|填写|粘贴|分享|给|报|出示|需要|交出)[^。！？；，]{0,8}?(?:助记词|私钥|恢复词|种子词|密码|验证码|keystore|pin码)"
    r"|(?:把|将)[^。！？；，]{0,6}(?:助记词|私钥|恢复词|种子词|密码|验证码)[^。！？；，]{0,6}(?:发|给|告诉|提供|输入|填|贴)"
    r"|(?:助记词|私钥|密码|验证码)是(?:什么|多少)"
)
# To type one's own secret into one's own wallet is how a wallet is restored.
_OWN_WALLET = re.compile(
    r"\b(?:in|into|en) (?:the|your|la|tu|su|el) (?:\w+ )?(?:wallet|app|device|phone|paper|aplicacion|cartera|telefono|papel)\b"
    r"|在(?:您的|你的|新)?(?:钱包|应用|app|手机|设备|纸)"
)
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
    folded = fold_text(text.replace("\n", " . "))
    for clause in _CUT.split(folded):
        if _HUMAN.search(clause):
            return Offence.HUMAN
        denied = _NO.search(clause)
        if _ASKING.search(clause) and not denied and not _OWN_WALLET.search(clause):
            return Offence.SECRET
        if _MONEY.search(clause) and not denied:
            return Offence.MONEY
    return None
