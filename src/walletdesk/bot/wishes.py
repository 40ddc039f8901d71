# ruff: noqa: E501 - a pattern reads best whole
"""Which tool a message asks for. Decided here, from its words and what it names; never by a model.

Chinese, English and Spanish. Pure, linear in the length of the text.
"""

import re

from walletdesk.bot.types import Tool
from walletdesk.conversations.tickets.rules import number_in
from walletdesk.language.rules import fold_text
from walletdesk.official.mails import addresses_in, links_in, phones_in

_BOT = r"(?:(?:ro|chat)?bot|robot|machine|computer|program|ai|artificial intelligence|human(?: being)?|real person|person|real human|live agent)"
_ARE_YOU_BOT = re.compile(
    rf"\b(?:are|r) (?:you|u|ya) (?:(?:really|actually|even|just|an?|some|kind of|sort of) )*{_BOT}\b"
    rf"|\b(?:am i|are we) (?:\w+ )?(?:talking|speaking|chatting|writing) (?:to|with) (?:an? |the )?{_BOT}\b"
    rf"|\b(?:is|are) (?:this|there|it) (?:(?:really|actually|just|an?) )*{_BOT} (?:answering|writing|replying|here|typing)?"
    r"|\b(?:you'?re|you are|ur) (?:\w+ )?(?:a )?(?:(?:ro|chat)?bot|human),? (?:right|aren'?t you|yes)\b|\bwho am i (?:talking|speaking|chatting) (?:to|with)\b"
    r"|\b(?:eres|es usted|sos) (?:(?:un|una|realmente|de verdad|acaso) )*(?:(?:ro|chat)?bot|robot|maquina|ia|human[oa]|persona(?: real)?|programa)\b"
    r"|\b(?:estoy hablando|hablo|estoy chateando) con (?:un |una )?(?:(?:ro|chat)?bot|robot|maquina|human[oa]|persona(?: real)?|ia)\b|\bcon quien hablo\b"
    r"|[你您](?:到底|究竟|真的)?是(?:不是)?(?:一?[个台])?(?:机器人|真人|人工智能|人工(?:客服)?|ai|机器|程序|活人|人类|人)(?:吗|么|嘛|啊|呀|客服吗|还是|\?|$)|是(?:真人|机器人)(?:吗|么|还是)|是人(?:还是|吗)|我在(?:跟|和)谁(?:说话|聊)"
)
_QUEUE = re.compile(
    r"\b(?:how long|how much longer|when)\b[^.?!]{0,30}\b(?:queue|line|agent|someone|somebody|anyone|human|person|representative|operator|reply|reach(?:ed)? (?:you|support)|support|staff|answered|be helped|get help|my turn)\b"
    r"|\b(?:what|which|where) (?:\w+ ){0,3}(?:place|position|spot|am i) (?:\w+ ){0,3}(?:queue|line)\b|\bhow (?:long|big|many)\b[^.?!]{0,20}\b(?:queue|line|in front of me|ahead of me|before me|are waiting)\b"
    r"|\b(?:queue|waiting|wait) times?\b|\bhow long (?:is|are) (?:the|your) (?:wait|queue|line)\b"
    r"|\bcuanto (?:tiempo )?(?:\w+ ){0,4}(?:agente|alguien|persona|human[oa]|asesor|respuesta|atiend\w+|atencion|respond\w+|contest\w+|turno)\b"
    r"|\b(?:cuant[ao]s? (?:personas|gente) (?:hay|faltan|tengo)|que (?:lugar|puesto|posicion)|tiempo de espera|larg[oa] (?:es|esta) la (?:cola|fila)|(?:cola|fila) (?:es|esta)|cuanta (?:cola|fila|gente))\b"
    r"|排队|排到|第几[个位]|前面(?:还)?有(?:多少|几)|(?:多久|多长时间|什么时候|几点)[^。！？]{0,8}(?:轮到|有人|接待|接入|回复|客服|人工|理我)|(?:人工|客服|轮到我?)[^。！？到]{0,8}(?:要?等?多久|多长时间|要等)|等待时间|等候时间"
)
_TICKET = re.compile(
    r"\b(?:tickets?|case (?:number|id|no\.?|status)|my case|request (?:number|id|no\.?)|reference (?:number|no\.?)|ticketnummer|"
    r"(?:numero de |mi |el )?(?:caso|solicitud|reclamo|tique|boleto|folio))\b|工单|单号|受理号|案件号|编号|我(?:提交|之前)的(?:问题|单子|请求)"
)
_STATUS = re.compile(
    r"\b(?:status|state|update|news|progress|where is|what(?:'s| is| about)|how is|check|look ?up|any(?:thing)?|still|when|answered|track|follow|"
    r"estado|como va|novedades|avance|consultar|revisar|que paso|hay algo|sigue|cuando|saber)\b|状态|进度|怎么样|查|到哪|处理|结果|进展|回复|了吗|好了"
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])([2-9A-HJ-NP-Za-hj-np-z]{3}[ -]?[2-9A-HJ-NP-Za-hj-np-z]{3})(?![A-Za-z0-9])"
)
_ANY_NUMBER = re.compile(r"#?\d{3,}|[A-Z0-9]{3}-[A-Z0-9]{3}")
_OFFICIAL = re.compile(
    r"\b(?:official|officially|legit\w*|real(?:ly)?|genuine|authentic|fake|scam\w*|phishing|trust(?:ed|worthy)?|safe|from you|yours?|verif\w+|belongs? to you|is this you|"
    r"oficial(?:es)?|legitim[oa]s?|verdader[oa]s?|autentic[oa]s?|fals[oa]s?|estafas?|segur[oa]s?|confiables?|fiar|suy[oa]s?|de ustedes|son ustedes|tuy[oa]|vuestr[oa])\b"
    r"|官方|正规|真的|假的|真假|可信|可靠|骗|安全|你们的|您们的|是不是你们|你们发的|钓鱼|仿冒|冒充|验证一下|核实"
)


def tool_for(text: str) -> Tool | None:
    """Return what a message asks to be looked up, None for an ordinary question.

    >>> tool_for("are you a robot?"), tool_for("how long is the queue?"), tool_for("why are fees high?")
    (<Tool.IDENTITY: 'identity'>, <Tool.QUEUE: 'queue'>, None)
    """
    folded = fold_text(text)
    if _ARE_YOU_BOT.search(folded):
        return Tool.IDENTITY
    if _OFFICIAL.search(folded) and names_somebody(text):
        return Tool.OFFICIAL
    if _TICKET.search(folded) and (
        _STATUS.search(folded) or ticket_number(text) or _ANY_NUMBER.search(text)
    ):
        return Tool.TICKET
    return Tool.QUEUE if _QUEUE.search(folded) else None


def names_somebody(text: str) -> bool:
    """Whether a text holds what the register can be asked for: a link, an address, a number."""
    return bool(links_in(text) or addresses_in(text) or phones_in(text))


def ticket_number(text: str) -> str | None:
    """Return the first number of a ticket in a text, however it is written; None without one.

    An ordinary word of six letters is none: a number holds a digit, or is written K7M-QDX.
    """
    for match in _NUMBER.finditer(text):
        written = match[1]
        if any(c.isdigit() for c in written) or ("-" in written and written.isupper()):
            return number_in(written)
    return None
