"""The words by which mail programs announce quoted mails, in the languages they are sold in.

Each pattern is matched against one line of at most MOST_LINE characters, and takes linear time.
"""

import re
from typing import Final

MOST_LINE: Final = 400

_I: Final = re.IGNORECASE


def _any(words: str) -> str:
    return "|".join(word.strip() for word in words.split("|"))


# `On <date>, <name> wrote:` and its sisters: verbs before the colon ...
_LAST: Final = _any(
    "wrote|writes|escribi[óo]|escreveu|a écrit|ha scritto|geschreven|pisze|napisał(?:\\(a\\)|a)?"
    "|пише|пишет|написал(?:\\(а\\)|а)?|kirjoitti|napsal\\(?a?\\)?|写道|寫道|の投稿|書きました|のメッセージ"
    "|님이 작성|yazdı|escrigué|va escriure|skrev|schrieb|schreef"
)
# ... and verbs that the name may follow.
_INNER: Final = _any("schrieb|schreef|skrev|следующее|napisał(?:\\(a\\)|a)?|escribió")
_ENDS: Final = re.compile(rf"(?:(?<!\w)(?:{_LAST})|写道|寫道|님이 작성)\s*\Z", _I)
_INSIDE: Final = re.compile(rf"(?<!\w)(?:{_INNER})\s[^\n]{{1,160}}\Z", _I)
_DATED: Final = re.compile(r"[0-9０-９@<]|[a-z]+day\b", _I)
# How one begins that goes on over the next lines.
ATTRIBUTION_START: Final = re.compile(
    r"[\s*_]*+(?:(?:On|El|Em|Am|Le|Il|Op|At|W dniu|Dnia|Den|På)\s|在|于|於|\d{1,4}[\s./年-]"
    r"|[^<\n]{1,80}<[^>\s]{0,100}@)",
    _I,
)
# Gmail once wrote `2013/5/2 Somebody <somebody@example.com>`, without a verb.
ATTRIBUTION_BARE: Final = re.compile(
    r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s(?:.{0,120}<\s?[^>\s]{1,200}@[^>\s]{1,200}>\s*[:：]?"
    r"|\d{1,2}:\d\d GMT[+-]\d\d:\d\d .{1,80})\s*"
)
# Chinese programs: 在2024年5月2日 10:00，客服 <x@y> 写道： and QQ's dashes with the words inside.
_FORWARDED: Final = _any(
    "original message|original appointment|forwarded message|reply message|replied message|original"
    "|mensaje original|mensaje reenviado|mensaje de respuesta"
    "|原始邮件|原邮件|原始信件|原始訊息|原始郵件|回复的原邮件|回复的邮件|回覆的原郵件|答复邮件|转发的邮件"
    "|轉寄郵件|转发邮件信息|转发的消息|原郵件|原文|原始信息|原始消息"
    "|ursprüngliche nachricht|ursprungligt meddelande|original-nachricht"
    "|message d['’]origine|message original|message transféré|messaggio originale"
    "|messaggio inoltrato|mensagem original|mensagem encaminhada"
    "|oorspronkelijk bericht|doorgestuurd bericht|oprindelig meddelelse|opprinnelig melding"
    "|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva"
    "|исходное сообщение|пересланное сообщение|оригинальное сообщение|weitergeleitete nachricht"
    "|元のメッセージ|転送されたメッセージ|邮件原文|원본 메시지|전달된 메시지|videresendt melding"
)
ANNOUNCED: Final = re.compile(
    rf"[\s>*]*+(?:[-_=–—─]{{2,60}}+|>{{3,60}}+|#{{3,20}}+)\s*+(?:{_FORWARDED})\s*+[:：]?[-_=–—─*\s]*+",
    _I,
)
BEGIN_FORWARDED: Final = re.compile(
    _any(
        r"\s*+(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)"
        r"|Début du message (?:réexpédié|transféré)|Inicio del mensaje reenviado"
        r"|下面是被转发的邮件|以下是转发的邮件"
        r"|Inizio messaggio inoltrato|Início da mensagem reencaminhada)\s*[:：]?\s*"
    ),
    _I,
)
DELIMITER: Final = re.compile(r"\s*+(?:(?:[-_,=+~#*ᐧ—─–]\s?){2,400}+|[ᐧ—])\s*+")

# Names of header fields as programs print them above a quoted mail.
_FIELDS: Final = _any(
    "from|sent|to|cc|bcc|subject|date|reply-to|received|attachments|importance|organization|priority"
    "|de|enviado(?: el)?|enviada(?: em)?|para|asunto|assunto|fecha|data|responder a|remitente"
    "|destinatario|con copia|copia|enviar|cco?"
    "|发件人|收件人|抄送|密送|主题|日期|发送时间|时间|发送日期|发件时间|收件时间|发送于|已发送|发自|回复地址|附件"
    "|主\\s{0,4}题|主\\s{0,4}旨|寄件者|寄件人|收件者|副本|傳送時間|傳送日期|寄件日期|寄送日期|寄件時間|收信人|发信人"
    "|von|gesendet|an|betreff|datum|antwort an|kopie"
    "|de|envoyé|envoyée|à|objet|date|répondre à"
    "|da|inviato|a|oggetto|risposta|rispondi a"
    "|van|verzonden|aan|onderwerp"
    "|från|skickat|till|ämne|fra|sendt|til|emne|dato|kopi"
    "|od|wysłano|do|temat|dw|data"
    "|od|komu|předmět|odesláno"
    "|от|отправлено|кому|тема|дата|від|надіслано|копия"
    "|差出人|送信日時|宛先|件名|日時|보낸 사람|보낸 날짜|받는 사람|제목|날짜|kimden|kime|konu|tarih"
)
HEADER: Final = re.compile(rf"[\s>|*_]{{0,12}}(?:{_FIELDS})[\s*_|]{{0,6}}[:：][\s*_|]{{0,6}}.*", _I)
_SUBJECTS: Final = _any(
    "subject|asunto|assunto|主\\s{0,4}题|主\\s{0,4}旨|betreff|objet|oggetto|onderwerp|ämne|emne|temat"
    "|předmět|тема|件名|제목|konu"
)
# What a quoted mail has, and an account of a transfer (`From: 0x1`, `To: 0x2`, `Date:`) has not.
OF_MAIL: Final = re.compile(rf"[\s>|*_]{{0,12}}(?:{_SUBJECTS})[\s*_|]{{0,6}}[:：]|.*@", _I)

_TIME: Final = re.compile(r"\d\D{1,6}\d{1,2}[:：.]\d{2}")
QUOTED: Final = re.compile(r"\s{0,8}(?:[A-Z]{0,2}>|\|\s{0,4}>)")
BARE_ADDRESS: Final = re.compile(r"\s*[\w.+-]{1,64}@[\w.-]{1,100}\s*")
CELLS: Final = re.compile(r"\s*+\|[\s|]*+")  # what is left of a table without words
CARD: Final = re.compile(r"[\s|]*+签名由.{0,20}定制[\s|]*+")

_DEVICES: Final = _any(
    "iphone|ipad|ipod|android|phone|mobile|cell|outlook|mail|mailbox|windows|samsung|galaxy|huawei"
    "|honor|xiaomi|redmi|oppo|vivo|oneplus|blackberry|airmail|spark|yahoo|gmail|proton|my|sparrow"
    "|tablet|smartphone|nine|newton|superhuman|hey|thunderbird|k-9|mobil|htc|nokia|lumia|verizon"
    "|t-mobile|at&t|galaxy|apple|watch|mac|macbook|pixel|moto"
)
_SIGNATURE: Final = re.compile(
    r"[\s<(\[*_~>-]{0,8}(?:"
    rf"sent\s++(?:from|via|with|by|using)\s++(?:(?:an?|the|my)\b)?\s*+\[?(?:{_DEVICES})\b.{{0,160}}"
    rf"|from\s++(?:(?:an?|the|my)\s++)?+(?:{_DEVICES})(?:\s[\w.+-]{{1,10}})?"
    r"|(?:download|get|obtener|descargar|descarga|获取|獲取|下载|取得|baixar|obtenir|télécharger|scarica"
    r"|ottieni|holen sie sich)\s*\[?(?:outlook|gmail|mail|.{0,20}outlook).{0,160}"
    r"|(?:发自|發自|来自|來自|发送自|傳送自|寄自|发送于|自(?![从從上])).{0,12}"
    r"(?:iphone|ipad|手机|手機|安卓|android|邮箱|郵箱|大师|windows|outlook|mac|小米|华为|荣耀|三星|vivo|oppo"
    r"|客户端|平板|设备|yahoo|qq|foxmail|app|mail)"
    r"(?:[^\u4e00-\u9fff]|[的版邮郵箱信件大师師手机機客户戶端平板设設备備发發送传傳寄出奇摩電子]){0,60}"
    r"|(?:从|從|由)(?:我的|我).{0,30}(?:发送|傳送|发出|寄出|寄件)"
    r"|(?:从|從).{0,20}(?:windows|outlook|ios|android).{0,20}(?:发送|傳送|发出)"
    r"|enviado\s+(?:desde|por|a partir|do|con|mediante|vía|via|de)\b.{1,160}"
    r"|envoyé\s+(?:depuis|de|à partir)\b.{1,160}"
    r"|(?:von|aus)\s+mein\w{0,3}\b.{1,80}gesendet"
    r"|gesendet\s+(?:von|mit|aus)\b.{1,160}"
    r"|diese nachricht wurde von .{1,120} gesendet"
    r"|inviato\s+(?:da|dal|con)\b.{1,160}"
    r"|(?:verzonden|verstuurd)\s+(?:vanaf|met|van|via)\b.{1,160}"
    r"|(?:sendt|skickat)\s+(?:fra|från|via)\b.{1,160}"
    r"|(?:wysłane|wysłano)\s+z\b.{1,160}"
    r"|отправлено\s+(?:с|из)\b.{1,160}|надіслано\s+(?:з|із)\b.{1,160}"
    r"|(?:[\w.'-]{1,20}\s)?from mobile"
    r"|iphoneから送信|.{0,10}iphoneから送信.{0,10}|나의 .{1,30}에서 보냄"
    r"|lähetetty .{1,80}|odesláno z .{1,80}"
    r")[\s>)\]*_.。~]{0,8}",
    _I,
)
# What customers write about: `Sent from my wallet to the wrong address` is no signature.
_MEANT: Final = re.compile(
    r"wallet|address|account|balance|usd|btc|\beth\b|trx|bnb|0x|crypto|coin|token|network|transfer"
    r"|transaction|exchange|funds?\b|money|amount|error|password|seed|phrase|code"
    r"|billetera|cartera|monedero|carteira|direcci|cuenta|saldo|\bred\b|fondos|dinero|monto|contrase"
    r"|c[óo]digo|endereço|钱包|錢包|地址|账|賬|帐|帳|余额|餘額|转|轉|币|幣|交易|金额|金額|验证|驗證|助记|助記",
    _I,
)


def is_signature(line: str) -> bool:
    """Return whether the line is what a program or a device puts under each mail."""
    return _SIGNATURE.fullmatch(line) is not None and _MEANT.search(line) is None


def is_attribution(line: str) -> bool:
    """Return whether the line announces the quotation that follows."""
    if len(line) > MOST_LINE:
        return False
    if ATTRIBUTION_BARE.fullmatch(line) or _addressed(line.rstrip()):
        return True
    said = line.strip(" \t*_")
    if said.startswith("----") and said.endswith("----"):  # Zoho
        said = said.strip("- ")
    elif said.endswith((":", "：")):
        said = said[:-1].rstrip()
    else:
        return False
    if not _DATED.search(said):
        return False
    return _ENDS.search(said) is not None or _INSIDE.search(said) is not None


def _addressed(line: str) -> bool:
    """Return whether it is `<date>, <time> Name <address>:`, as programs write without a verb."""
    if not line.endswith((">:", ">：")):
        return False
    return "@" in line[line.rfind("<") :] and _TIME.search(line) is not None
