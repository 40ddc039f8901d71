"""Chinese BIP-39 phrases inside one message, by layout.

Nine tenths of the characters of ordinary Chinese are on the lists, so the words alone tell
nothing. What tells is the layout: single characters set apart, or a clause of exactly the length
of a phrase that also has a right checksum.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.resources import files
from operator import add
from typing import Final

from mnemonic import Mnemonic

from walletdesk.safety import labels
from walletdesk.safety.checksum import LENGTHS, is_phrase

APART_FROM: Final = 8
"""Single characters set apart that make a phrase."""
_APART_DISTINCT: Final = 4  # "no no no no …" is no phrase
_APART_LISTED: Final = 0.75

_SIMPLIFIED: Final = {c: i for i, c in enumerate(Mnemonic("chinese_simplified").wordlist)}
_TRADITIONAL: Final = {c: i for i, c in enumerate(Mnemonic("chinese_traditional").wordlist)}
NUMBERS: Final = (_SIMPLIFIED, _TRADITIONAL)
"""The number of each character in its list."""
LISTED: Final = frozenset(_SIMPLIFIED) | frozenset(_TRADITIONAL)
"""The 2,821 characters of the two Chinese lists."""

_HAN: Final = "\u3400-\u9fff\U00020000-\U0003ffff"
_GAP: Final = r"[^\u3400-\u9fff\U00020000-\U0003ffffa-zA-Z⟦]"  # what may stand between characters
_LETTER: Final = re.compile("[a-zA-Z]")
_APART: Final = re.compile(rf"(?<![{_HAN}])[{_HAN}](?![{_HAN}])")
_APART_RUN: Final = re.compile(
    rf"(?<![{_HAN}])[{_HAN}](?![{_HAN}])(?:{_GAP}+[{_HAN}](?![{_HAN}])){{{APART_FROM - 1},}}"
)
_PART_FROM: Final = 4  # characters set apart amid a sentence
_APART_PART: Final = re.compile(
    rf"(?<![{_HAN}])[{_HAN}](?![{_HAN}])"
    rf"(?:{_GAP}{{1,6}}[{_HAN}](?![{_HAN}])){{{_PART_FROM - 1},24}}"
)
_NUMBERING: Final = re.compile(r"\d{1,2}\s?[.,:)、]?\s?\Z")
_HTML: Final = re.compile(r"<[/a-z][^<>]{0,60}>|&[a-z]{2,6};|&#\d{1,5};", re.IGNORECASE)
_NUMERALS: Final = frozenset("一二三四五六七八九十")  # alone they count something else
_UNITS: Final = frozenset("年月日号時时分秒点點元块天次万千百个個角米岁歲")

_REPLIES: Final = frozenset("好嗯对對是有没沒行在不哦啊要能会會可谢謝")
_APART_SCORE: Final = 2.25  # eight of them alarm
_PART_MOST: Final = 100

_COUNT: Final = r"[0-9一二三四五六七八九十]{1,3}"
LABEL: Final = re.compile(
    rf"(?:(?:第\s?{_COUNT}|下一|下)\s?[个個]?[单單]?[字词詞]?|然[后後]|接着|最[后後]一?[个個]?[字词詞]?)"
    rf"\s?(?:就?是|为|為|[:=])\s?"
    rf"|第\s?{_COUNT}\s?[个個][单單]?[字词詞]?\s?|下一[个個][字词詞]?\s?"
)
"""Words around a dictated character: "the third is"."""

_CONTEXT: Final = re.compile(
    r"(?:助[记記][词詞]|[恢復复][複复原]?[词詞]|[备備]份[词詞]|私[钥鑰]|mnemonic"
    r"|(?:seed|recovery) phrase)"
    rf"[^{_HAN}\n]{{0,8}}\n?(?:(?:就?是|为|為|如下)[\s:,\"'「]{{0,4}}|(?<=[\s:,\"'「]))"
)
_WRONG_MOST: Final = 2  # characters outside the lists in a run of a phrase's length
_GRAMMAR: Final = frozenset(
    "的了会會已您请請吗嗎"
)  # of a sentence; seldom among twelve characters drawn
_GRAMMAR_MOST: Final = 1
_CLAUSE: Final = re.compile(rf"[{_HAN}]+")
_SHORT_CLAUSE: Final = re.compile(rf"[{_HAN}]{{12,24}}(?![{_HAN}])")
_MARKS: Final = re.compile(r"[,.;:!?、。]")
_LIST_PUNCTUATION: Final = re.compile(r"[\s,、\-_|/·.;:()\[\]#*>\"']+")

# Pairs that nearly every question of a customer holds. A random phrase holds one of them with a
# chance of 1 in 2,000, so they cost no recall and end the chance hits of the checksum.
_ORDINARY_TEXT: Final = """
意思 刚才 剛才 有事 稍等 等等 等下 打错 打錯 发错 發錯 看看 多少 哪里 哪裡 这里
這裡 那里 那裡 马上 馬上 继续 繼續 完了 撤回 天哪 糟糕 快点 快點 赶紧 趕緊 救命
删掉 刪掉 抱歉 对不 對不 不好 不行 不要 不会 不會 起来 起來 大家 公司 工作 时间
時間 电话 電話 什么 什麼 怎么 怎麼 怎样 如何 为什 為什 请问 請問 可以 不能 没有
沒有 不是 是不 我的 我们 你们 你好 您好 谢谢 謝謝 好的 多久 时候 時候 现在 現在
已经 已經 还是 還是 还没 還沒 一个 一個 这个 這個 那个 那個 钱包 錢包 转账 轉帳
到账 到帳 提现 提現 充值 余额 餘額 手续 手續 交易 账户 帳戶 账号 帳號 密码 密碼
助记 助記 私钥 私鑰 公钥 客服 人工 问题 問題 知道 需要 应该 應該 但是 因为 因為
所以 如果 自己 怎能 支付 银行 銀行 借呗 花呗 微信 手机 手機 安全 恢复 恢復 备份
備份 地址 网络 網絡 确认 確認 显示 顯示 收到 发送 發送 操作 使用 一下 不了 能不
帮我 幫我 给我 給我 我想 我要 要求 无法 無法 失败 失敗 成功 今天 昨天 明天 之后
之後 之前 以后 以後 里面 裡面 上面 下面 东西 東西 重要 保管 保存 泄露 洩露 任何
他人 别人 別人 用户 用戶 下载 下載 登录 登錄 安装 安裝 退款 订单 訂單 代币 代幣
为何 為何
"""
_ORDINARY: Final = frozenset(_ORDINARY_TEXT.split())


def _read_pairs() -> frozenset[str]:
    text = files(__package__).joinpath("data/han_pairs.txt").read_text(encoding="utf-8")
    return frozenset(
        pair for line in text.splitlines() if not line.startswith("#") for pair in line.split()
    )


WORD_PAIRS: Final = _read_pairs()
"""Neighbours within the words of everyday Chinese; a random pair is one in 1,000 times."""


def is_listed_phrase(characters: Sequence[str]) -> bool:
    """Tell whether the characters are a complete phrase of one Chinese list."""
    if len(characters) not in LENGTHS:
        return False
    for table in NUMBERS:
        indices = [table.get(character, -1) for character in characters]
        if -1 not in indices and is_phrase(indices):
            return True
    return False


def ordinary(clause: str) -> bool:
    """Tell whether a clause holds a pair of everyday Chinese and so is no phrase."""
    return not _ORDINARY.isdisjoint(map(add, clause, clause[1:]))


def find_phrases(plain: str) -> list[tuple[int, int]]:
    """Return the spans of Chinese phrases in a normal text."""
    text = _blank(_HTML, plain) if "<" in plain or "&" in plain else plain
    if "第" in text or "下" in text:
        text = _blank(LABEL, text)
    apart = text
    if _LETTER.search(text) and len(_APART.findall(text)) >= APART_FROM:
        apart = labels.without_latin(text)
    return [*_apart(apart), *_whole(text), *_behind_context(text.lower())]


def without_labels(text: str) -> str:
    """Return a normal text with blanks in place of Chinese labels, as long as before."""
    return _blank(LABEL, text) if "第" in text or "下" in text or "后" in text else text


@dataclass(frozen=True, slots=True)
class Part:
    """What a message contributes to a Chinese phrase spread over messages."""

    characters: str
    span: tuple[int, int]
    apart: bool
    whole: bool = True  # the message holds nothing else

    @property
    def reply(self) -> bool:
        """Whether it is a one-character answer of everyday talk."""
        return all(character in _REPLIES for character in self.characters)


def part_of(plain: str) -> Part | None:
    """Return the characters of a message that holds nothing but list characters and labels.

    Of another message those that it sets apart, when there are enough of them.
    """
    if len(plain) > _PART_MOST:
        return None
    return _whole_part(plain) or _part_amid(plain)


def _part_amid(plain: str) -> Part | None:
    run = max(_APART_PART.finditer(plain), key=lambda match: len(match.group()), default=None)
    if run is None:
        return None
    found = [match.group() for match in _CLAUSE.finditer(run.group())]
    listed = [character for character in found if character in LISTED]
    if len(set(listed)) < _PART_FROM or len(listed) < _APART_LISTED * len(found):
        return None
    return Part("".join(listed), run.span(), apart=True, whole=False)


def _whole_part(plain: str) -> Part | None:
    text = without_labels(plain)
    if ordinary(text):
        return None
    if _LETTER.search(text):
        text = labels.without_latin(text)
    groups = list(_CLAUSE.finditer(text))
    joined = "".join([group.group() for group in groups])
    if not joined or len(joined) > 24 or not LISTED.issuperset(joined) or _strange(text):
        return None
    if any(_is_unit(text, group) for group in groups):
        return None
    apart = len(joined) == len(groups)
    return Part(joined, (groups[0].start(), groups[-1].end()), apart)


def apart_score(characters: AbstractSet[str]) -> float:
    """Return how much different characters, each set apart, speak for a phrase."""
    return sum(0.5 if character in _REPLIES else _APART_SCORE for character in characters)


def _is_unit(text: str, match: re.Match[str]) -> bool:
    """Tell whether a character is the unit of a number and so no item of a list: 3 月 5 日."""
    before = text[max(match.start() - 2, 0) : match.start()].rstrip()
    return match.group() in _UNITS and before[-1:].isdigit()


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _apart(text: str) -> list[tuple[int, int]]:
    """Return the runs of single characters set apart by anything but letters."""
    runs = (match.span() for match in _APART_RUN.finditer(text))
    return [(_numbering(text, start), end) for start, end in runs if _is_run(text, start, end)]


def _numbering(text: str, start: int) -> int:
    """Return where the number in front of a list item begins."""
    head = _NUMBERING.search(text, max(0, start - 8), start)
    return head.start() if head else start


def _is_run(text: str, start: int, end: int) -> bool:
    found = [
        match.group() for match in _APART.finditer(text, start, end) if not _is_unit(text, match)
    ]
    listed = [character for character in found if character in LISTED]
    return (
        len(listed) >= APART_FROM
        and len(listed) >= _APART_LISTED * len(found)
        and (len(set(listed)) >= _APART_DISTINCT or is_listed_phrase(listed))
        and len(set(listed) - _NUMERALS) >= _APART_DISTINCT
    )


def _whole(text: str) -> list[tuple[int, int]]:
    """Return the span of a message that is nothing but a phrase, perhaps in equal groups."""
    groups = _CLAUSE.findall(text) if len(text) <= 400 else []
    joined = "".join(groups)
    if (
        len(joined) in LENGTHS
        and _is_even(text, groups)
        and is_listed_phrase(joined)
        and not ordinary(text)
        and not _strange(text)
    ):
        start = text.index(groups[0])
        return [(start, text.rindex(groups[-1]) + len(groups[-1]))]
    return []


def _is_even(text: str, groups: Sequence[str]) -> bool:
    """Tell whether the groups are alike; where blanks part them, the last may be shorter."""
    sizes = {len(group) for group in groups[:-1]}
    last = len(groups[-1])
    if len(sizes) > 1 or (sizes and last > max(sizes)):
        return False
    return not sizes or last in sizes or not _MARKS.search(text)


def _strange(text: str) -> bool:
    rest = _LIST_PUNCTUATION.sub("", _CLAUSE.sub("", text))
    return bool(rest) and not rest.isdigit()


def _behind_context(low: str) -> list[tuple[int, int]]:
    """Return the clauses of exactly a phrase's length behind words such as "seed phrase is"."""
    found: list[tuple[int, int]] = []
    for match in _CONTEXT.finditer(low):
        clause = _SHORT_CLAUSE.match(low, match.end())
        if clause and not ordinary(clause.group()) and _is_run_of_items(clause.group()):
            found.append(clause.span())
    return found


def _is_run_of_items(clause: str) -> bool:
    """Tell whether a clause has a right checksum, or the length of a phrase and no word in it.

    Two characters may be mistyped. Nearly every ordinary clause of twelve characters holds words.
    """
    if is_listed_phrase(clause):
        return True
    wrong = sum(character not in LISTED for character in clause)
    return (
        len(clause) in LENGTHS
        and wrong <= _WRONG_MOST
        and len(set(clause)) >= len(clause) - 1
        and sum(map(_GRAMMAR.__contains__, clause)) <= _GRAMMAR_MOST
        and WORD_PAIRS.isdisjoint(map(add, clause, clause[1:]))
    )
