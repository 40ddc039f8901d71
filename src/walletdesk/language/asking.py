# ruff: noqa: E501 - a pattern reads best whole
"""Whether a text asks its reader for a secret: a recovery phrase, a key, a password, a code.

Patterns in Chinese, English and Spanish, over folded text, linear in its length, clause by clause: a no
in one clause is none in the next. Pure.
"""

import re

from walletdesk.language.rules import fold_text

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
    r"|(?:(?<!重)发送?(?![来的后])|告诉|提供|输入|填写|粘贴|分享|给|报|出示|需要|交出)[^。！？；，]{0,8}?(?:助记词|私钥|恢复词|种子词|密码|验证码|keystore|pin码)"
    r"|(?:把|将)[^。！？；，]{0,6}(?:助记词|私钥|恢复词|种子词|密码|验证码)[^。！？；，]{0,6}(?:发|给|告诉|提供|输入|填|贴)"
    r"|(?:助记词|私钥|密码|验证码)是(?:什么|多少)"
)
# To type one's own secret into one's own wallet is how a wallet is restored.
_OWN_WALLET = re.compile(
    r"\b(?:in|into|en) (?:the|your|la|tu|su|el) (?:\w+ )?(?:wallet|app|device|phone|paper|aplicacion|cartera|telefono|papel)\b"
    r"|在(?:您的|你的|新)?(?:钱包|应用|app|手机|设备|纸)"
)
# What an article may not ask for, unlike typing a phrase where one's own wallet asks for it: to
# hand it over, or to type it where somebody else reads it.
_TO_OTHERS = re.compile(
    r"\b(?:send|tell(?! you)|give|share|provide|reply|submit|message|show|what(?:'s| is| are)|us|me|here|below|chat|support|agent|form|email|mail)\b"
    r"|\b(?:envi\w*|mand\w*|di(?:ga)?(?:nos|me)|d[ae](?:nos|me)|compart\w*|proporcion\w*|indi[cq]ue(?:nos|me)|facilit\w*|cual(?:es)?|aqui|chat|soporte|agente|correo)\b"
    r"|发|告诉|提供|分享|报给|出示|交出|客服|这里|此处|聊天|下方|是什么|是多少|给(?:我|客服|工作人员|专员)"
)
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"\n]*\"|「[^」]*」|『[^』]*』|^>.*$", re.MULTILINE)


def clauses_of(text: str, most: int = 4_000) -> list[str]:
    """Return the clauses of a text's first `most` characters, folded for patterns."""
    whole = text[:most].replace("\n", " . ")
    parts = (whole[start : start + 4_000] for start in range(0, max(1, len(whole)), 4_000))
    return [clause for part in parts for clause in _CUT.split(fold_text(part))]


def denies(clause: str) -> bool:
    """Whether a clause says no."""
    return bool(_NO.search(clause))


def asks_for_secret(clause: str) -> bool:
    """Whether a folded clause asks for a secret, anywhere but in the reader's own wallet."""
    return bool(_ASKING.search(clause)) and not denies(clause) and not _OWN_WALLET.search(clause)


def has_reader_hand_over(text: str) -> bool:
    """Whether a text has its reader hand a secret to somebody. What it quotes does not count.

    >>> has_reader_hand_over("Send us your seed phrase."), has_reader_hand_over("Enter your seed phrase.")
    (True, False)
    """
    clauses = clauses_of(_QUOTED.sub(" . ", text), len(text))
    return any(asks_for_secret(clause) and _TO_OTHERS.search(clause) for clause in clauses)
