# ruff: noqa: E501 - a pattern reads best whole
"""Whether a customer asks for somebody above whom they talk to. Chinese, English and Spanish.

Rules, as for asking for a person (`rules.wants_person`): a word for somebody senior, and a request.
A message that triage takes for a request for a person needs the word only, in whatever wording.
`tests/language/supervisor.txt` holds what it is measured on.
"""

import re

from walletdesk.language.rules import fold_text

_SENIOR = re.compile(
    # English
    r"\b(?:supervisor|manager|team lead(?:er)?|boss|(?:your|a) superior|higher-?\s?ups?|management|"
    r"head of (?:support|customer \w+)|(?:person|people|somebody|someone|who is|whoever is) "
    r"(?:in charge|senior|higher|above|with (?:more |real )?authority)|"
    r"senior (?:agent|person|staff|support|representative|colleague|member)|"
    r"(?:level|tier) (?:2|3|two|three) (?:support|agent)|second level support)s?\b"
    r"|\bescalat(?:e|ed|ion|ing)\b"
    # Spanish
    r"|\b(?:supervisor[a]?|gerente|jef[ea]|encargad[oa]|responsable|superiores|(?:un|su|tu) superior|"
    r"director[a]?|alguien (?:con mas autoridad|que mande|que decida|de (?:mayor|mas) (?:rango|nivel))|"
    r"segundo nivel|escal(?:ar|e|en|a|alo|enlo) (?:mi|el|este|esto|la))\b"
    # Chinese
    r"|主管|经理|领导|负责人|上级|上司|老板|(?:高级|资深)(?:客服|专员)|管理层|说了算的|能?做主的|能?拍板的?|管事的|"
    r"升级(?:一下)?(?:处理|投诉|到|给|我的(?:工单|投诉|问题))|(?:工单|投诉|问题)升级|[往向]上(?:面)?(?:反映|汇报|升级|报)"
)
_ASKS = re.compile(
    r"\b(?:want|need|speak|talk|deal|get|give|put|call|transfer|connect|pass|demand|insist|like|"
    r"let|bring|send|please|reach|contact|can|could|is there|escalate|now|where)\b"
    r"|\b(?:quiero|quisiera|necesito|hablar|pas[ae]\w*|comuni\w+|transf\w+|exijo|pon\w+|llam\w+|"
    r"por favor|deme|puedo|hay|atienda|escal\w+|ya)\b"
    r"|[要找叫让请转换喊想见]|给我|联系|帮|麻烦|需要|有没有|在哪|反映|升级"
)
# Somebody else's superior, a program, an impostor, or no.
_OTHERS = re.compile(
    r"\b(?:password|account|token|file|task|download|fund|wallet|device|my|our|bank|his|her) "
    r"(?:manager|supervisor|boss|superior)\b"
    r"|\b(?:he|she|is|as|says?|said|claims?|pretend\w*|fake|called himself)(?: to)?(?: is| be| as)* "
    r"(?:an? |the |your )?(?:supervisor|manager|boss)\b"
    r"|\b(?:no|not|don't|do not|without)(?: \w+){0,3}(?: an?| the)? "
    r"(?:supervisor|manager|boss|superior|escalat\w+)|\b(?:fee|price|gas|cost|situation|it)s?"
    r"(?: \w+){0,2} escalated"
    r"|\b(?:mi|nuestro|mis|supuest[oa]|fals[oa]) (?:jef[ea]|gerente|supervisor[a]?|director[a]?)\b"
    r"|\b(?:gerente|director) del? (?:banco|exchange)|\bgestor de\b|\bresponsable de\b"
    r"|\bno (?:quiero|necesito|hace falta|deseo)[^.;!?¡¿，。]{0,30}"
    r"(?:supervisor[a]?|gerente|jef[ea]|escal\w+)"
    r"|我(?:的|们|们公司|们公司的|公司|公司的|家)?(?:老板|领导|经理|主管|上司|上级)"
    r"|(?:自称|假冒|冒充|假的?|所谓的?)[^，。！？]{0,6}(?:主管|经理|领导|负责人)|(?:基金|项目|产品|银行|客户)(?:的)?"
    r"(?:经理|负责人)|(?:不用|不需要|不必|无需|别)[^，。！？]{0,4}"
    r"(?:主管|经理|领导|负责人|升级\w{0,2}|上级)"
)
_BARE_LENGTH = 24  # with nothing else in it, the word alone is the request
_BARE = re.compile(r"[\W_]*(?:your |a |the |un |el |你们?的?)?(?P<who>.+?)[\W_]*")


def wants_supervisor(text: str, *, asks_for_person: bool = False) -> bool:
    """Whether the writer asks for somebody above. `asks_for_person`: what triage says of it.

    >>> wants_supervisor("我要找你们主管"), wants_supervisor("which password manager is good?")
    (True, False)
    """
    read = _OTHERS.sub(" ¦ ", fold_text(text))
    if not _SENIOR.search(read):
        return False
    bare = _BARE.fullmatch(read)
    alone = len(read) <= _BARE_LENGTH and bare and _SENIOR.fullmatch(bare["who"])
    return bool(asks_for_person or alone or _ASKS.search(read))
