"""From a message to the n-grams that the topic model counts. The same code trains and answers.

Words and pairs of words, and pieces of two to five characters within words: the first know what is
said, the second forgive typos and endings. In Chinese, Japanese and Korean each character is a
word. What differs in every message (hashes, amounts, links) becomes one and the same word.
"""

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from walletdesk.language.tokens import well_formed
from walletdesk.language.triage.trade_words import in_english

MAX_CHARACTERS = 1_500  # what comes later rarely says what the matter is
SHORTEST_PIECE, LONGEST_PIECE = 2, 5
LONGEST_WORD = 30

_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|app|xyz|top|me|finance)\b\S*"
)
_MAIL = re.compile(r"\S+@\S+\.\w+")
_MASK = re.compile("⟦[^⟧]*⟧")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{2,}(?:(?:\.{2,3}|…)[0-9a-f]+)?", re.ASCII)
_LONG = re.compile(r"\b(?=\w*\d)[0-9a-z]{24,}\b", re.ASCII)
_OPAQUE = re.compile(r"(?i)\b(?:0x[0-9a-f]{6,}|(?=\w*\d)[0-9a-z]{24,})\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)+|\d{3,}")
_TRANSACTION_HEX = 50

_HAN = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+(?:['’][^\W_{_HAN}]+)?|[?!]")
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_MARKS = re.compile("[\u0300-\u0304\u0306\u0308\u030c\u0323\u0327\u0328]")

# Traditional characters of this trade and their simplified forms; the models are trained on the
# simplified ones.
_TRADITIONAL = str.maketrans(
    "轉帳賬號錢點卻們個這說請問為麼樣時間從來過還沒與對錯誤網絡鏈選擇發現經場實際費總額資產幣種類導進見聯繫嗎"
    "證驗碼認識別戶鎖凍結開關閉動靜連線斷條約簽權訊資料圖顯處買賣單據銀機構獎勵質壓減價詞備複雜會員讓給確確無"
    "應該報導舊長後卡隻離據簡體騙竊盜攻擊釣魚鑰貨幹麻煩謝謝歡迎語氣態險監訴訟賠償專業務員電話復壞閃車頁記憶錄"
    "剛纔幫檢測試題詢聽講寫讀術師腦換遷遺棄損滅餘雙層級區塊礦慢遲隊優點擔當歸併滑緊急掃描橋樑運營維護獲領預測"
    "變觸購貸貼贈跡踪輸輕達遠適郵錶鍵門閱陸際隨難雲項順須頭顆願顧飛飯驟驅體鬧鮮齊龍壇將屬嚴團圍夠夥奪專尋導"
    "尷歲幾庫廢彈徑從戰戲拋掛採擁擋攜敗數斂斬於舉標權歐殺毀氣決沖況淨準滿潛濟為營爛爭獨現環產畫異療發盡監盤睏"
    "礙禮種稱穩窮競筆節範築終組細統絕給絡經綁維網緩編緣縮縱織繼續缺罷羅聲職脫臉舉舊藝藥蘋號術補裝覆規視覺覽觀"
    "計訂託許設訪評詐試誌該誰調談請諾證譯議護讚負財貢貧責貪費資賺賽贏趕躍軟載較輩輪辦農這通連進遊運違還邊醫釋",
    "转帐账号钱点却们个这说请问为么样时间从来过还没与对错误网络链选择发现经场实际费总额资产币种类导进见联系吗"
    "证验码认识别户锁冻结开关闭动静连线断条约签权讯资料图显处买卖单据银机构奖励质压减价词备复杂会员让给确确无"
    "应该报导旧长后卡只离据简体骗窃盗攻击钓鱼钥货干麻烦谢谢欢迎语气态险监诉讼赔偿专业务员电话复坏闪车页记忆录"
    "刚才帮检测试题询听讲写读术师脑换迁遗弃损灭余双层级区块矿慢迟队优点担当归并滑紧急扫描桥梁运营维护获领预测"
    "变触购贷贴赠迹踪输轻达远适邮表键门阅陆际随难云项顺须头颗愿顾飞饭骤驱体闹鲜齐龙坛将属严团围够伙夺专寻导"
    "尴岁几库废弹径从战戏抛挂采拥挡携败数敛斩于举标权欧杀毁气决冲况净准满潜济为营烂争独现环产画异疗发尽监盘困"
    "碍礼种称稳穷竞笔节范筑终组细统绝给络经绑维网缓编缘缩纵织继续缺罢罗声职脱脸举旧艺药苹号术补装复规视觉览观"
    "计订托许设访评诈试志该谁调谈请诺证译议护赞负财贡贫责贪费资赚赛赢赶跃软载较辈轮办农这通连进游运违还边医释",
)  # fmt: skip


def plain(text: str) -> str:
    """Return the text for the sentence encoder.

    One form of each character, no hashes and links, words of the trade in English.
    """
    folded = unicodedata.normalize("NFKC", well_formed(text[:MAX_CHARACTERS]))
    folded = _MASK.sub(" ", folded.translate(_TRADITIONAL))
    folded = _LINK.sub(" link ", _MAIL.sub(" ", folded))
    return " ".join(in_english(_OPAQUE.sub(" ", folded)).split())


def words(text: str) -> list[str]:
    """Return the words of a text in order, with one word for each kind of number.

    >>> words("USDT 没到账! 0x8a4f1c2be9")
    ['usdt', '没', '到', '账', '!', 'xaddress']
    """
    folded = unicodedata.normalize("NFKC", well_formed(text[:MAX_CHARACTERS])).casefold()
    folded = _MASK.sub(" ", folded.translate(_TRADITIONAL))
    folded = _LINK.sub(" xlink ", _MAIL.sub(" xmail ", folded))
    folded = _ADDRESS.sub(_address, folded)
    folded = _NUMBER.sub(" xnumber ", _LONG.sub(_address, folded))
    bare = _MARKS.sub("", unicodedata.normalize("NFD", folded))
    return [word[:LONGEST_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", bare))]


def _address(match: re.Match[str]) -> str:
    return " xhash " if len(match[0]) > _TRANSACTION_HEX else " xaddress "


def word_grams(found: list[str]) -> Counter[str]:
    """Count words and pairs of neighbours."""
    counted = Counter(found)
    counted.update(f"{one} {two}" for one, two in pairwise(found))
    return counted


def piece_grams(found: list[str]) -> Counter[str]:
    """Count the pieces of two to five characters within words; a blank marks a word's border."""
    counted: Counter[str] = Counter()
    for run in _RUN.findall(_joined(found)):
        padded = f" {run} "
        for size in range(SHORTEST_PIECE, LONGEST_PIECE + 1):
            counted.update(padded[at : at + size] for at in range(len(padded) - size + 1))
    return counted


def _joined(found: list[str]) -> str:
    """Join words by blanks, and characters of Chinese and its like without."""
    return re.sub(rf"(?<=[{_HAN}]) (?=[{_HAN}])", "", " ".join(found))
