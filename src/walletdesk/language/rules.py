"""What a message wants, said by rules: a person, only a greeting, something urgent.

Rules and not a model, because these three must hold from the first day, in wordings that can be
read and mended. Chinese, English and Spanish. All patterns are linear in the length of the text.
"""

import re
import unicodedata

from walletdesk.language.types import Urgency

MAX_CHARACTERS = 4_000


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def fold_text(text: str) -> str:
    """Fold case, width, accents and blanks of a text's first MAX_CHARACTERS, for patterns."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold().replace("’", "'")
    parts = unicodedata.normalize("NFD", folded)
    bare = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    return " ".join(bare.split())


# --- a person, please -----------------------------------------------------------------------

_EN_WHO = (
    r"(?:(?:an?|the|your|any|some|one of your) )?(?:(?:real|live|actual|human|customer|support|"
    r"service|proper|flesh and blood|senior) ){0,3}(?:human(?: being)?s?|persons?|people|agents?|"
    r"representatives?|reps?|operators?|advisors?|advisers?|somebody|someone|staff|"
    r"support team|team member|specialist|supervisor|manager|support|customer (?:service|care))\b"
    r"(?! (?:who|that|whom|from)\b)"
)
_EN_ASK = (
    r"(?:i (?:would |really |just |still |also )*(?:want|need|wanna|like|prefer|wish|demand|'?d "
    r"like)"
    r"(?: to| you to)?|i'?d (?:like|prefer|rather)(?: to)?|let me|can (?:i|you|we)(?: please)?|"
    r"could (?:i|you|we)(?: please)?|may i|please|pls|plz|how (?:do|can|could) (?:i|we)|just|gimme|"
    r"is there any way to|i have to|i must|lemme|wanna|want to|need to|where can i)"
)
_ES_WHO = (
    r"(?:una? |el |la |su |sus |algun |alguna )?(?:verdader[oa] |autentic[oa] )?(?:persona|"
    r"human[oa]|"
    r"agente|operador[a]?|asesor[a]?|representante|ejecutiv[oa]|alguien|supervisor[a]?|"
    r"encargad[oa]|"
    r"atencion al cliente|soporte|servicio al cliente|ser humano|gente real|tecnico|especialista)\b"
)

_WANTS = _any(
    # English
    rf"\b{_EN_ASK} (?:talk|speak|chat|connect(?: me)?|get connected|get through|be connected|"
    rf"be transferred|reach|contact|transfer me|escalate(?: (?:me|this))?|put me through|hand me "
    rf"over|"
    rf"pass me(?: on)?|message|call)(?: directly)?(?: to| with)? {_EN_WHO}",
    rf"(?:^|[,.;:!?] ?)(?:talk|speak|chat|connect|transfer|escalate)(?: me| this)?(?: to| with) "
    rf"{_EN_WHO}",
    rf"\b(?:connect|transfer|switch|escalate|put|pass|hand)(?: me| this| it)(?: over| through)? "
    rf"(?:to|with) "
    rf"{_EN_WHO}",
    r"\b(?:get|give|find|send) me (?:to )?(?:an?|the|some|your) (?:\w+ ){0,2}"
    r"(?:human|person|agent|representative|rep|operator|supervisor|manager)\b",
    r"\b(?:i (?:want|need)|i'?d like) (?:an?|some) (?:(?:real|live|actual|human|support) ){1,2}"
    r"(?:human|person|agent|representative|rep|operator|help|support|assistance|being)\b",
    r"\bi (?:want|need) (?:a|an) (?:human|person|representative|operator|agent)(?: now| please|"
    r"[.!]|$)",
    r"\b(?:human|live|real) (?:agent|person|support|help|representative|operator|chat) "
    r"(?:please|pls|plz|now)\b",
    r"\b(?:is there|are there|is anyone|is anybody) (?:an?|any)? ?(?:real |actual |live )?"
    r"(?:human|person|people|agent)s? (?:here|there|available|i can|to talk)",
    r"\b(?:don'?t|do not|not) (?:want|wanna)(?: to)? (?:(?:talk|speak|chat)(?:ing)? (?:to|with) )?"
    r"(?:an? |the |this )?(?:stupid |dumb )?(?:ro)?bot\b",
    r"\b(?:stop|enough|no more|sick of|tired of) (?:\w+ ){0,3}(?:ro)?bots?\b",
    r"\bspeak to (?:your|the|a) (?:manager|supervisor|boss)\b",
    # Spanish
    r"\b(?:quiero|queria|quisiera|necesito|puedo|podria|podemos|prefiero|deseo|exijo|me gustaria|"
    r"dejame|dejenme|como (?:puedo|hago para)|hay forma de|ocupo|se puede|por favor|favor de)"
    r"(?: por favor)? (?:hablar|chatear|comunicarme|contactar|contactarme|conversar|platicar|"
    rf"escribirle|charlar)(?: directamente)?(?: con| a)? {_ES_WHO}",
    rf"^(?:hablar|chatear|comunicarme|contactar) con {_ES_WHO}",
    r"\b(?:pasame|paseme|pasenme|comuniqueme|comunicame|comuniquenme|conectame|conecteme|"
    rf"transfiereme|transfierame|derivame|ponme|pongame|me (?:pasas?|comunicas?|transfieres?|"
    rf"puedes? pasar|pueden? pasar|pones?))(?: por favor)? (?:con|a) {_ES_WHO}",
    r"\bque me (?:atienda|ayude|conteste|responda|llame)n? (?:una? )?"
    r"(?:persona|human[oa]|alguien|agente|asesor)",
    r"\b(?:quiero|necesito|deseo|exijo|prefiero) (?:una? )?(?:persona real|human[oa]|agente|"
    r"asesor[a]?|"
    r"operador[a]?|atencion (?:humana|personal)|soporte humano|ayuda humana|ser humano|"
    r"representante)\b",
    r"\bno quiero (?:hablar|chatear|seguir)(?: hablando)? con (?:una?|el|este) (?:ro)?bot\b",
    r"\b(?:hay|esta) (?:algun|alguna|una) (?:persona|human[oa]|agente|asesor) (?:ahi|real|"
    r"disponible)",
    r"\batencion humana\b",
    # Chinese
    r"转接?(?:到|给|至)?(?:一下)?(?:在线|真)?(?:人工|真人|客服|活人)(?!的)",
    r"(?:我要|我想|需要|请|帮我|给我|想要?|麻烦|找|接|换|叫|要|联系|呼叫|有没有|有|上)(?:一下|个|一个|到|你们|你们的)*"
    r"(?:在线|真)?(?:人工(?!智能|审|费|翻译|成本)|真人(?!认证|验证|识别)|活人)",
    r"人工(?:在线)?客服(?!几点|什么时候|电话是|说|让|告诉|要求|问我|加我|打)",
    r"(?:我要|我想|帮我|给我|麻烦|怎么|如何|想)(?:找|联系|叫|呼叫|跟|和|见)(?:一下|个|一个|你们|你们的|到)*"
    r"(?:在线)?(?:客服|工作人员|专员|主管|经理|负责人|领导)",
    r"(?:叫|让|喊)(?:你们|你们的|个|一个)*(?:在线)?(?:客服|工作人员|专员|主管|经理|负责人|领导|真人|人)"
    r"(?:来|出来|过来|跟我|和我|回我|回复|处理|联系我)",
    r"(?:跟|和|与|同)(?:一个|个|真|活|你们的)*(?:人|真人|活人|人工|客服)(?:说话|说|聊|谈|对话|沟通|讲)",
    r"(?:不想|不要|别|不愿意?)(?:再)?(?:跟|和|与|给我)?(?:这个|个)?机器人",
    r"(?:有人|有没有人|有真人|客服)(?:吗|在吗|在不在|在么|么|嘛)[??!!。]*$",
)

# The whole message is the request.
_BARE = re.compile(
    r"(?:please |pls |por favor |请|hi |hello |hola )*"
    r"(?:(?:real |live |a |an |un |una )*(?:human|agent|person|representative|operator|human "
    r"support|"
    r"customer service|customer support|live chat|live support|humano|agente|asesor|operador|"
    r"persona(?: real)?|representante|soporte humano)(?: please| pls| plz| now| por favor| ya)*"
    r"|人工|真人|客服|人工服务|人工客服|在线客服|转接|找客服|联系客服|叫客服)"
    r"[\s.!?。!?~]*"
)

# Words that speak of a person without asking for one, or that say no.
_NOT_WANTED = _any(
    r"\b(?:don'?t|do not|no need|not|never)(?: \w+){0,2} (?:need|want|have|necessary)?(?: to)? ?"
    r"(?:talk|speak|chat|transfer|connect|escalate)(?:ing)?\b(?! (?:to|with) (?:an? |the |this )?"
    r"(?:stupid |dumb )?(?:ro)?bot)",
    r"\bno need (?:for|of) (?:a|an) (?:human|person|agent)\b",
    r"\bno (?:quiero|necesito|hace falta|deseo)(?: que me)? (?:hablar|chatear|pas\w+|transf\w+|un "
    r"agente|"
    r"una persona)\b(?! con (?:un|el|este) (?:ro)?bot)",
    r"(?:不用|不需要|不必|别|不要|无需|先不)(?:再)?(?:给我|帮我)?(?:转|接|找|联系)(?:接|到|给)?(?:人工|真人|客服)",
    r"(?:假|冒充|假冒|自称|冒牌)(?:的|是|官方|你们|你们的)*(?:人工)?客服",
    r"\b(?:asked|told|asking|tells|wants|said|says|dice|dijo|pidio|pide)(?: me| us)?(?: that)?(?: "
    r"to| que| i| we)*"
    r" (?:talk|speak|chat|hable|hablar|contact)\w*",
    r"\b(?:safe|ok|okay|legit|should i|seguro|deberia) (?:to )?(?:talk|speak|chat|contact|hablar)",
)


CHAT_LINE = 60  # characters, up to which lines look like messages of a chat


def wants_person(text: str) -> bool:
    """Whether the writer asks for a person instead of the bot, in whatever wording.

    Each line is read by itself too: several messages are read as one text, and neither what
    follows a wish nor a long text before it takes it back.

    >>> wants_person("转人工"), wants_person("an agent asked for my password")
    (True, False)
    """
    lines = text.splitlines()
    parts = [fold_text(part) for part in dict.fromkeys((text, *lines))]
    # In a letter "Customer support" alone in a line is who wrote it.
    bare = parts if max(map(len, lines), default=0) <= CHAT_LINE else parts[:1]
    return any(map(_BARE.fullmatch, bare)) or any(map(_wishes, parts))


def _wishes(folded: str) -> bool:
    return bool(_WANTS.search(_NOT_WANTED.sub(" ¦ ", folded)))


def declines_person(text: str) -> bool:
    """Whether a message speaks of a person without asking for one, or says that none is wanted."""
    return bool(_NOT_WANTED.search(fold_text(text)))


# --- small talk -----------------------------------------------------------------------------

_GREETING = (
    r"hi+(?: there)?|hey+(?: there)?|hello+(?: there)?|hullo|yo|good (?:morning|afternoon|evening|"
    r"day)|"
    r"greetings|howdy|what'?s up|sup|how are you(?: doing)?(?: today)?|hola+|holis|buenas(?: "
    r"tardes| noches)?|"
    r"buen(?:os)? dias?|que tal|saludos|como estas?|que onda|"
    r"你好+|您好+|嗨+|哈喽|哈啰|哈罗|早上好|下午好|晚上好|早安|早|晚安|在吗|在么|在不在|在嘛|有人在吗|喂|hi你好"
)
_THANKS = (
    r"(?:many |a lot of )?thanks?(?: (?:you|u|a lot|so much|very much|a million|a bunch))*|thx|ty|"
    r"tysm|tks|cheers|"
    r"(?:much )?appreciated|i appreciate it|that (?:helped|worked)|it works(?: now)?|solved|"
    r"problem solved|"
    r"(?:muchas |mil |muchisimas )?gracias(?: por (?:la|tu|su) ayuda)?|se agradece|te lo "
    r"agradezco|muy amables?|"
    r"ya (?:esta|quedo|funciona)|resuelto|(?:good)?bye(?: bye)?|see you|adios|hasta luego|chau|"
    r"chao|"
    r"(?:非常|太|十分|多)?(?:谢谢|感谢|多谢|谢了|谢啦|3q|辛苦了|辛苦)(?:你|您|啦|了|哦|啊|呀|您的帮助|你的帮助)*|"
    r"解决了|搞定了?|好了|明白了|知道了|收到|拜拜|再见|没事了|没问题了|"
    r"ok(?:ay)?|great|perfect|awesome|cool|nice|got it|all good|understood|"
    r"vale|perfecto|genial|listo|entendido|好的?|嗯+|哦+|行|可以"
)
_FILLER = (
    r"good|super|very|for (?:your|the) help|bien|muy|sir|madam|team|bot|friend|bro|amigos?|"
    r"everyone|all|"
    r"客服|亲|小姐姐|了|啊|呀|哈+|the|to|a todos|equipo|aurora"
)
_PIECES = re.compile(
    rf"(?P<thanks>(?<![a-z])(?:{_THANKS})(?![a-z]))|"
    rf"(?P<greeting>(?<![a-z])(?:{_GREETING})(?![a-z]))"
    rf"|(?P<filler>(?<![a-z])(?:{_FILLER})(?![a-z]))"
)
_SILENT = re.compile(r"[\W_]+")
_SMALL_TALK_LENGTH = 80  # a longer message says something


def small_talk(text: str) -> str | None:
    """Return "greeting" or "thanks" when the message is nothing else, otherwise None."""
    folded = fold_text(text)
    if not folded or len(folded) > _SMALL_TALK_LENGTH:
        return None
    kinds = {match.lastgroup for match in _PIECES.finditer(folded)}
    if _SILENT.sub("", _PIECES.sub(" ", folded)):
        return None
    if "thanks" in kinds:
        return "thanks"
    return "greeting" if "greeting" in kinds else None


# --- urgency --------------------------------------------------------------------------------

_COINS = "eth|btc|usdt|usdc|sol|bnb|trx|xrp|tokens?|nfts?|assets?|bitcoins?|monedas|fondos|activos"
_STOLEN = _any(
    r"\b(?:stolen|stole|steal(?:s|ing)? my|hacked?|hackers?|drained|emptied|robbed|scammed|"
    r"scammers?|phished|"
    r"compromised|unauthori[sz]ed|theft|thief|ransom\w*|sim.?swap\w*|wiped out)\b",
    r"\b(?:someone|somebody|they) (?:else )?(?:has|have|got|took|moved|sent|transferred|is in|"
    r"logged in|accessed) "
    r"(?:\w+ ){0,3}(?:my )?(?:wallet|funds|money|coins|crypto|account|everything|access|seed|"
    r"phrase|keys?)",
    rf"\b(?:someone|somebody|they|hackers?) (?:has |have )?(?:moved|took|sent|transferred|emptied) "
    rf"(?:out )?(?:all )?my (?:{_COINS})\b",
    r"有人.{0,3}(?:把|动了|拿了|转了)我的.{0,8}(?:转|拿|提|动|走)",
    rf"\balguien (?:me )?(?:movio|saco|envio|paso|transfirio) (?:todos )?mis (?:{_COINS})\b",
    r"\b(?:cleaned|wiped|swept|siphoned|looted|drained|emptied)(?: out)? (?:all )?(?:my|our) "
    r"(?:wallet|account|balance|funds|coins|metamask|phantom|ledger|trezor)\b",
    r"\b(?:wallet|account|balance|funds|coins|everything|metamask|phantom|ledger) "
    r"(?:(?:was|were|is|are|has|have|had|got|been|just|all) ){1,3}"
    r"(?:cleaned out|swept|siphoned|looted)\b",
    r"\b(?:me )?(?:limpiaron|barrieron|barren|saquearon|desvalijaron|desplumaron) (?:toda |todo )?"
    r"(?:mi|la|el|de mi) (?:wallet|billetera|cuenta|cartera|saldo|monedero)\b",
    r"(?:被|给人?|让人)[^。！？，,]{0,4}(?:搬空|掏空|扫走|扫光|卷走|洗空|转光|提光)|"
    r"(?:钱包|账户|账号|资产|余额|小狐狸)[^。！？，,]{0,4}(?:搬空|掏空|洗空|转光|提光)",
    r"\bi (?:didn'?t|did not|never) (?:send|make|authori[sz]e|approve|sign|do) (?:this|that|it|"
    r"these|those)",
    r"\b(?:entered|typed|gave|shared|sent|told|leaked|pasted) (?:\w+ ){0,4}(?:seed|recovery|"
    r"secret|private)"
    r" ?(?:phrase|key|words)",
    r"\b(?:robad\w+|robaron|robo|hacke\w+|jacke\w+|estafa\w*|estafad\w+|vaciaron|vaciad\w+|"
    r"ladron\w*|"
    r"comprometid\w+|no autorizad\w+)\b",
    r"\b(?:di|puse|escribi|comparti|introduje|meti|entregue) (?:\w+ ){0,3}(?:frase|clave privada|"
    r"palabras|semilla)",
    r"\b(?:alguien|otra persona) (?:\w+ ){0,2}(?:entro|saco|movio|accedio|tiene acceso|se llevo|"
    r"envio|transfirio)",
    r"被盗|被偷|盗刷|盗走|盗币|被黑|黑客|被骗|诈骗|骗子|骗走|被转走|转走了|被清空|清空了我|洗劫|被钓鱼|被入侵|泄露了?(?:助记词|私钥)|"
    r"(?:助记词|私钥).{0,6}(?:泄露|泄漏|被人?知道|给了|发给|告诉了)|"
    r"(?:输入|填|告诉|发|给)了?(?:.{0,6})(?:我的)(?:助记词|私钥)|"
    r"(?:不是我|没有?授权|未经授权)(?:.{0,6})(?:转|操作|交易|签名)|币(?:全|都)?没了|钱(?:全|都)没了|资产(?:全|都)?(?:没了|不见了)",
)
_PREVENTION = _any(
    r"\b(?:avoid|prevent|protect|how (?:do|can|to) (?:i |we )?(?:keep|stay|secure|stop|know if)|"
    r"what if|in case|"
    r"learn about)\b",
    r"\bbefore (?:i|it)\b",  # what follows has not happened, but what stands before it has
    r"\b(?:evitar|prevenir|proteger(?:me)?|que pasa si|en caso de|como saber si)\b",
    r"防止|避免|预防|怎么防|如何防|如果被|万一|会不会被|怕被|担心被",
)
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n")
# Anger at us tells of no theft.
_INSULT = _any(
    r"\b(?:you|u|they|this company|your company)(?: guys| people)?(?:'re| are| r| is)?"
    r"(?: all| just| a bunch of| nothing but| really)* (?:scammers?|thieves|hackers|robbers)\b",
    r"\bson (?:todos )?un(?:os|a)? (?:\w+ de )?(?:ladrones|estafador\w*|estafa)\b",
    r"你们?(?:公司|平台)?(?:就|都|全|真|简直)*是?(?:一群|一帮|个|大)*骗子(?:公司|平台)?",
)
_AMOUNT = re.compile(
    r"(?P<sign>[$€£¥]\s?)?(?P<number>\d[\d,.\s]{0,14}\d|\d)\s?(?P<scale>k|mil|m|million\w*|"
    r"millon\w*|千|万|百万|亿)?"
    r"\s?(?P<unit>usdt|usdc|usd|dai|busd|dollars?|dolares|euros?|eur|u|刀|美元|美金|块|元|btc|bitcoins?|"
    r"eth|ether)?"
    r"(?![a-z0-9])"
)
_SCALES = {"k": 1e3, "mil": 1e3, "千": 1e3, "万": 1e4, "百万": 1e6, "亿": 1e8}
# Rough worth in US dollars, only to tell a large sum from a small one.
_WORTH = {
    "btc": 50_000.0,
    "bitcoin": 50_000.0,
    "bitcoins": 50_000.0,
    "eth": 2_000.0,
    "ether": 2_000.0,
    "块": 0.14,
    "元": 0.14,
}
LARGE_AMOUNT = 10_000  # US dollars


def raise_urgency(text: str, base: int) -> int:
    """Return the urgency after what the words say. It is never below `base`.

    Theft, hacking, fraud or a secret given away: critical. A sum of 10,000 US dollars or more:
    at least high. Questions on how to prevent such things raise nothing, and take nothing back
    that another sentence tells.
    """
    parts = [fold_text(part) for part in dict.fromkeys((text, *_SENTENCES.split(text))) if part]
    found = base
    if any(map(_tells_of_theft, parts)):
        found = Urgency.CRITICAL
    elif any(_worth(match) >= LARGE_AMOUNT for part in parts for match in _AMOUNT.finditer(part)):
        found = Urgency.HIGH
    return max(int(base), int(found))


def _tells_of_theft(folded: str) -> bool:
    stolen = _STOLEN.search(_INSULT.sub(" ¦ ", folded))
    if stolen is None:
        return False
    asked = _PREVENTION.search(folded)
    return asked is None or (asked[0].startswith("before ") and asked.start() > stolen.start())


def _worth(match: re.Match[str]) -> float:
    unit = match["unit"] or ""
    if not unit and not match["sign"]:
        return 0.0
    digits = match["number"].replace(" ", "")
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        number = float(whole)
    except ValueError:
        return 0.0
    scale = match["scale"] or ""
    factor = _SCALES.get(scale, 1e6 if scale.startswith("m") else 1.0)
    return number * factor * _WORTH.get(unit, 1.0)


# --- yes ------------------------------------------------------------------------------------

_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|sure|ok(?:ay)?|please|pls|do it|go ahead|of course|"
    r"si+|claro|dale|vale|bueno|por favor|adelante|de acuerdo|"
    r"是的?|好的?|好啊|可以|要|需要|行|嗯|麻烦(?:你|您)?了?|请|当然|对)[\s,.!，。！]*)+"
)


def says_yes(text: str) -> bool:
    """Whether the message is nothing but consent. Counts only right after an offer."""
    folded = fold_text(text)
    return len(folded) <= _SMALL_TALK_LENGTH and bool(_YES.fullmatch(folded))
