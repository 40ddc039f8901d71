# ruff: noqa: E501 - a pattern reads best whole
"""Words for theft in the languages that `language.rules` does not read.

Portuguese, Russian, Vietnamese, Indonesian, Japanese, Korean, Turkish, Arabic, French, German.

Few and plain: "stolen", "hacked", "my money is gone". A question how to prevent it is no alarm.
"""

import re
import unicodedata

MAX_CHARACTERS = 4_000

_ALARM = re.compile(
    r"\b(?:fui roubad\w+|roubaram|me roubaram|hackearam|hackeada|hackeado|invadiram minha|esvaziaram|fui enganad\w+"
    r"|укра[лд]\w*|взлома\w+|обокрал\w*|похищен\w*|мошенник\w* (?:увел|снял|забрал)\w*"
    r"|bi hack|bi mat cap|bi trom|bi lua|danh cap|mat het tien"
    r"|dicuri|dihack|diretas|dibobol|ditipu|kecurian"
    r"|calindi|çalındı|hacklendi|soyuldu\w*|dolandırıldı\w*|dolandirildi\w*|çaldılar"
    r"|vole mon|vole mes|on m'a vole|m'ont vole|ete vole\w*|pirate\w*|hacke|vide mon (?:portefeuille|wallet)|escroque\w*"
    r"|gestohlen|gehackt|geklaut|ausgeraubt|betrogen worden|leergeraumt)\b"
    r"|سرق|اخترق|اختراق|مسروق|تم تهكير|盗まれ|ハッキングされ|不正送金|抜かれ|勝手に送金"
    r"|도난|해킹당|해킹 당|털렸|훔쳐갔|사기당"
)
_PREVENTION = re.compile(
    r"\b(?:como evitar|evitar|proteger|как защитить|защитить|если украдут|lam sao de tranh|phong tranh|mencegah|menghindari"
    r"|nasıl koru\w*|onlemek|önlemek|eviter|comment proteger|proteger|schutzen|vermeiden|falls)\b"
    r"|كيف أحمي|防ぐ|防止|対策|예방|막으려면"
)


def alarming(text: str) -> bool:
    """Whether the message tells of theft or a break-in, in one of these languages."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold()
    parts = unicodedata.normalize("NFD", folded.replace("’", "'").replace("đ", "d"))
    bare = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    spoken = f"{unicodedata.normalize('NFC', bare)}\n{folded}"
    return bool(_ALARM.search(spoken)) and not _PREVENTION.search(spoken)
