"""Does a text of ours ask a customer for a secret? Nobody of us ever may, so it is not sent.

Rules over clauses: a name of a secret and a word by which one asks for it to be handed over, unless
the clause warns against it or speaks of typing it into one's own wallet. The labelled examples are
in tests/safety/asking.py.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from walletdesk.safety.normal import normal


class Asked(StrEnum):
    """What is asked for."""

    PHRASE = "phrase"
    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - a name
    CODE = "code"


_CLAUSE: Final = re.compile(r"[.!?;。！？；\n…]+(?=\s|$|[^\x00-\x7f])|[。！？；\n]+")
_SECRETS: Final = {
    Asked.PHRASE: re.compile(
        r"\b(?:seed|recovery|mnemonic|backup|secret|passphrase)[ -]?(?:phrase|words?|seed)s?\b"
        r"|\b(?:12|18|24|twelve|eighteen|twenty[ -]four)[ -](?:secret |recovery |seed )?words?\b"
        r"|\bmnemonics?\b|\bseed\b|\bsrp\b|助记词|助記詞|恢复词|恢復詞|种子词|种子短语|恢复短语"
        r"|(?:12|24|十二|二十四)个(?:单词|词)"
        r"|\bfrases? (?:semilla|de recuperacion|secretas?|mnemonicas?|de respaldo)\b"
        r"|\bpalabras (?:semilla|de recuperacion|secretas?|clave)\b|\bsemilla\b"
        r"|\b(?:12|24|doce|veinticuatro) palabras\b"
    ),
    Asked.KEY: re.compile(
        r"\b(?:private|secret|signing)[ -]?keys?\b|\bkey ?store\b|\bxpriv|\bxprv\b|\bwif\b"
        r"|私钥|私鑰|密钥|密鑰|明文秘钥|秘钥|\b(?:clave|llave)s? privadas?\b|\bclave secreta\b"
    ),
    Asked.PASSWORD: re.compile(
        r"\bpass ?(?:word|code)s?\b|\b(?:wallet |your )pin\b|\bpin (?:code|number)\b"
        r"|密码|密碼|口令|\bcontrasenas?\b|\bpin\b(?= (?:de|del)\b)|\bcodigo pin\b"
    ),
    Asked.CODE: re.compile(
        r"\b(?:one[ -]?time|verification|authenticat(?:ion|or)|security|confirmation|sms|2fa|otp"
        r"|login|sign[ -]?in|6[ -]digit|six[ -]digit) ?(?:pass)?(?:codes?|pins?)\b|\botp\b"
        r"|\bcode (?:that )?(?:you|we) (?:just )?(?:received|got|sent)\b|\bbackup codes?\b"
        r"|\bcode from your (?:authenticator|phone|app)\b"
        r"|验证码|驗證碼|动态码|动态口令|校验码|一次性(?:代码|密码)|备用码|谷歌码"
        r"|\bcodigos? (?:de )?(?:verificacion|un solo uso|seguridad|autenticacion|sms|2fa|acceso"
        r"|confirmacion|respaldo)\b|\bcodigo (?:de 6 digitos|que (?:le|te) (?:llego|enviamos))\b"
    ),
}
_ASKING: Final = re.compile(
    r"\b(?:send|share|provide|give|tell|show|forward|paste|post|type|enter|write|read|submit|upload"
    r"|e-?mail|message|dm|text|reply with|confirm|verify|disclose|reveal|drop|supply|spell"
    r"|take a (?:photo|picture|screenshot)|screenshot)\b"
    r"|\b(?:we|i|us|team)(?:'ll| will| would| also| just| only|'d)* (?:need|require|want|ask for)\b"
    r"|\b(?:i|we)'?(?:ll|d)? (?:have to|must) (?:see|have|check|know)\b|\bneed(?:ed)? (?:your"
    r"|the)\b"
    r"|\bwhat(?:'s| is| are| was) your\b|\bmay i have\b|\bcan i (?:have|get|see)\b"
    r"|\b(?:let me|let us) (?:have|see|know)\b|\bplease (?:include|attach)\b"
    r"|\byour .{0,30},? please\b"
    r"|发给|發給|发来|发送|發送|发一下|发我|提供|告诉|告訴|告知|给我|給我|给一下|报一下|报给|说一下"
    r"|写给|填写|填上|输入(?![后時时错])|輸入|粘贴|复制|上传|截图|截屏|拍照|拍一|发过来|回复"
    r"|您的.{0,12}是(?:什么|多少)|你的.{0,12}是(?:什么|多少)|念给"
    r"|需要您?你?的|要一下|麻烦.{0,6}给"
    r"|\b(?:envi[aeo]\w*|mand[ae]\w*|compart[ae]\w*|proporcion[ae]\w*|facilit[ae]\w*|d[aei]\w*me"
    r"|d[ae]nos|dig[ao]\w*|escrib[ae]\w*|introduc\w+|introduzca\w*|ingres[ae]\w*|peg(?:a|ue)\w*"
    r"|confirm[ae](?!cion|tion)\w*|verifi(?:ca|co|que)(?!cion|tion)\w*|muestr\w+|adjunt[ae]\w*|sub[ae]\w*|pas[ae]\w*|indi[cq]\w+"
    r"|comuni[cq]\w+|respond[ae]\w*)\b|\bnecesit(?:o|amos)\b|\bcual es (?:su|tu|la)\b"
    r"|\b(?:su|tu) .{0,30} por favor\b"
)
_WARNING: Final = re.compile(
    r"\b(?:never|do not|don't|dont|does not|doesn't|did not|didn't|won't|will not|would not|cannot"
    r"|can't|must not|mustn't|should not|shouldn't|nobody|no one|noone|not (?:need|want|ask|share"
    r"|send|give|tell|enter|type)|without (?:your|sharing|giving|telling|entering|the)|stop"
    r"|avoid|anyone who|whoever|scam\w*|fraud\w*|no need|instead of|if (?:some|any)\w+ asks?"
    r"|asked you|asks you|(?:that|which|it|page|site|who|they) ask(?:s|ed) for|make sure|not (?:on"
    r"|in|visible)|keep .{0,30}(?:secret|private|safe|offline)|beware)\b"
    r"|不要|切勿|请勿|勿|绝不|絕不|不会|不會|从不|從不|永远不|永远别|不得|别|別|无需|不需要|不必"
    r"|禁止|任何人|骗子|诈骗|钓鱼|不能|没有人|不用|如果有人|谁要|凡是|避免|保管好|不应|泄露"
    r"|\b(?:nunca|jamas|nadie|ningun\w*|tampoco|estafa\w*|fraude|evit[ae]\w*|sin (?:su|tu"
    r"|compartir)"
    r"|quien(?:quiera)? (?:que )?(?:le|te)? ?pid\w+|si alguien)\b"
    r"|\bno (?:le |te |se |nos |me |la |lo |vamos a )*(?:pedi\w+|pid\w+|envi\w+|compart\w+"
    r"|d[eai]\w*"
    r"|necesit\w+|escrib\w+|introduz\w+|ingres\w+|mand\w+|solicit\w+|hace|debe\w*|revel\w+)\b"
)
# What takes the fear away must not count as a warning: "don't worry, just send it".
_REASSURING: Final = re.compile(
    r"\b(?:don't|do not) worry\b|\bno (?:problem|worries)\b|\b(?:i|we) (?:won't|will not)"
    r" (?:share|tell|keep|use|save|store|leak|misuse)\b|别担心|不用担心|別擔心|不会泄露"
    r"|\bno (?:te preocupes|se preocupe|hay problema)\b"
)
# Typing a secret into one's own wallet, or on paper, is what our own instructions say.
_OWN_PLACE: Final = re.compile(
    r"\b(?:in(?:to)?|on|with|using|inside|at) (?:the |your |a |our |its |of |official |new |same )*"
    r"(?:borealis |hardware |mobile )?(?:app|wallet|device|phone|ledger|trezor|paper|application"
    r"|extension|sign[ -]?in page|login page|log[ -]?in screen|settings|sheet|screen|website)\b"
    r"|\b(?:write|note)\b.{0,30}\b(?:down|on paper)\b|\bshould i\b|\bpassword manager\b"
    r"|\b(?:restore|import|recover)\b.{0,40}\b(?:wallet|account|app)\b|\bthen (?:enter|type)\b"
    r"|\b(?:tap|open|go to|choose|select|click|under)\b"
    r"|(?:在|到|进|用)[^，,]{0,14}(?:钱包|錢包|App|APP|app|应用|應用|设备|手机|硬件|纸上|登录页"
    r"|官网)"
    r"|(?:抄写|抄在|写在|记在|手写)|(?:恢复|导入|找回|登录)(?:您的|你的)?(?:钱包|账户|账号)"
    r"|点击|打开|选择|进入"
    r"|\ben (?:el|la|su|tu|un|una|los|nuestra|papel)\b.{0,12}"
    r"(?:app|aplicacion|cartera|billetera|monedero|dispositivo|telefono|ledger|trezor|papel|pagina"
    r"|pantalla|wallet)?|\b(?:restaur\w+|recuper[ae]\w*|import\w+)\b.{0,40}"
    r"\b(?:cartera|billetera|monedero|cuenta|wallet)\b|\b(?:abr[ae]|toque|pulse|elija|vaya)\b"
)
_TO_US: Final = re.compile(
    r"\b(?:here|to (?:me|us)|me|us|with (?:me|us)|this chat|in (?:this|the) (?:chat|message|reply"
    r"|form|conversation)|by (?:e-?mail|reply)|back)\b|这里|此处|给我|告诉我|客服|聊天"
    r"|回复|发来|发过来|对话|我这边|本窗口"
    r"|\b(?:aqui|por (?:este )?(?:chat|correo)|este chat|nos|me|en este (?:chat|mensaje|correo))\b"
    r"|(?:envia|manda|da|di|pasa|comparta|envie|mande|diga"
    r"|facilite|indique)(?:me|nos)\b"
)
_QUESTION_OF_PLACE: Final = re.compile(
    r"\b(?:do you (?:still )?have|have you|did you|where (?:do|did)|forgot\w*|forget|lost|change"
    r"|reset)\b|忘记|是否|有没有|丢失|修改|重置|还在吗|还有|更改|\b(?:tiene|conserva|perdio"
    r"|olvid\w+"
    r"|cambi\w+|restablec\w+)\b"
)


def asks_for(text: str) -> Asked | None:
    """Return which secret a text asks the reader to hand over, None when it asks for none."""
    plain = _REASSURING.sub(" ", _plain(text))
    context: Asked | None = None
    for clause in filter(str.strip, _CLAUSE.split(plain)):
        named = next((kind for kind, names in _SECRETS.items() if names.search(clause)), None)
        if _WARNING.search(clause):
            context = None
            continue
        asked = named or (context if _POINTS.search(clause) else None)
        context = named or context
        if asked is not None and _is_request(clause):
            return asked
    return None


_POINTS: Final = re.compile(
    r"\b(?:it|them|those|these|that)\b|把它|它们|把这些|\b\w+(?:me|nos)l[oa]s?\b|\bl[oa]s\b"
)


def _is_request(clause: str) -> bool:
    if not _ASKING.search(clause):
        return False
    if _TO_US.search(clause):
        return not _QUESTION_OF_PLACE.search(clause) or bool(_HAND_OVER.search(clause))
    return not _OWN_PLACE.search(clause) and not _QUESTION_OF_PLACE.search(clause)


_HAND_OVER: Final = re.compile(
    r"\b(?:send|share|give|tell|provide|paste|forward|read)\b|发给|发来|提供|告诉|给我"
    r"|\b(?:envi|mand|compart|dig|facilit|da|de)\w*(?:me|nos)\b"
)


def _plain(text: str) -> str:
    """Return the text in lower case without accents, and without what hides letters."""
    decomposed = unicodedata.normalize("NFD", normal(text).lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("’", "'")
