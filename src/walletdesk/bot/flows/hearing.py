# ruff: noqa: E501 - a pattern reads best whole
"""What a customer's words say to a flow: facts, the answer to a question, second thoughts. Pure.

Chinese, English and Spanish, and the author's own words for the buttons of a question. All patterns
are linear in the length of the text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from walletdesk.bot.flows.types import Answer, Fact, Flow, Heard, Option, State, Step
from walletdesk.chain.types import Kind, Ref
from walletdesk.language.entities import entities
from walletdesk.language.rules import fold_text, says_yes, small_talk
from walletdesk.safety.personal import TOKEN

SHOWN = 300  # characters of an answer that are kept as a fact
_LONGEST_CHOICE = 200  # of a message in which the number of a button is looked for

# How people call networks; what a book of networks holds is added by its own names.
_NETWORK_WORDS: Mapping[str, str] = {
    "ethereum": r"erc[ -]?20|ethereum|以太坊|以太网络|eth (?:mainnet|network|chain)|(?:red|network) eth",
    "tron": r"trc[ -]?20|tron|波场|trx (?:network|chain)|red tron",
    "bsc": r"bep[ -]?20|bsc|bnb (?:smart )?chain|binance smart chain|币安智能链|币安链|bnb链",
    "polygon": r"polygon|matic|马蹄链?",
    "arbitrum": r"arbitrum|arb one",
    "optimism": r"optimism|op mainnet",
    "base": r"base (?:network|chain|mainnet)|(?:red|network) base",
    "avalanche": r"avalanche|avax|雪崩",
    "solana": r"solana|索拉纳",
    "bitcoin": r"bitcoin(?: network)?|比特币(?:网络)?|btc (?:network|chain)|red bitcoin",
    "litecoin": r"litecoin|莱特币",
}
_DEVICE_WORDS = {
    "ios": r"iphone|ipad|ios|苹果手机?",
    "android": r"android|安卓|huawei|华为|xiaomi|小米|samsung|三星|oppo|vivo|honor|荣耀|鸿蒙|harmony|pixel",
    "browser": r"chrome|firefox|edge|brave|safari|extension|browser|插件|浏览器|扩展|extension del navegador|navegador",
    "desktop": r"windows|macos|macbook|linux|desktop|laptop|电脑|笔记本|computadora|ordenador|\bpc\b",
}
DEVICES = {"ios": "iOS", "android": "Android", "browser": "Browser", "desktop": "Desktop"}


def _words(pattern: str) -> re.Pattern[str]:
    """Compile whole words; Chinese ones have no borders."""
    return re.compile(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])")


_NETWORKS = {name: _words(pattern) for name, pattern in _NETWORK_WORDS.items()}
_DEVICES = {name: _words(pattern) for name, pattern in _DEVICE_WORDS.items()}
_NUMBER = re.compile(
    r"(?:option|number|no\.?|opcion|numero|nr\.?|#|第|选项?|选择)?\s*(?P<n>\d{1,2})\s*(?:[.)、.）号]|个|项)?"
)
_ORDINALS = (
    r"(?:the )?first(?: one)?|(?:la |el )?primer[ao]?|第一个?|一",
    r"(?:the )?second(?: one)?|(?:la |el )?segund[ao]|第二个?|二",
    r"(?:the )?third(?: one)?|(?:la |el )?tercer[ao]?|第三个?|三",
    r"(?:the )?fourth(?: one)?|(?:la |el )?cuart[ao]|第四个?|四",
)
_NO = re.compile(
    r"(?:no|nope|nah|not(?: really| yet)?|never|didn'?t|i did not|i didn'?t|no it (?:did|has|is)n'?t|"
    r"todavia no|aun no|para nada|nunca|不是?|没有?|还没有?|不对|从来没有?|没)"
    r"(?:[\s,.!，。！]*(?:thanks|thank you|gracias|谢谢|i did not|i didn'?t|的|呢|啊))?[\s,.!，。！]*"
)
_CORRECTS = re.compile(
    r"\b(?:no|not|sorry|actually|wrong|mistake|mistaken|i meant?|correction|instead|oops|rather)\b"
    r"|\b(?:perdon|en realidad|me equivoque|quise decir|mejor dicho|era|corrijo)\b"
    r"|不是|不对|错了|写错|说错|搞错|更正|纠正|应该是|其实是|而是|改成|抱歉"
)
_CANCELS = re.compile(
    r"(?:please |por favor |请|ok |okay )*(?:cancel|stop|never ?mind|forget (?:it|about it)|quit|exit|leave it|"
    r"(?:i )?don'?t want (?:this|to continue)|cancela(?:r|lo)?|olvidalo|olvidelo|dejalo|dejelo|no importa|"
    r"parar?|salir|取消|算了|不用了|不问了|停止?|退出|结束|不弄了|没事了)"
    r"(?: (?:it|this|that|please|now|por favor|esto|todo)|吧|了)*[\s,.!，。！]*"
)
_SKIPS = re.compile(
    r"(?:sorry |lo siento |抱歉|呃|um )*(?:i )?(?:(?:really |just |honestly )*(?:don'?t|do not|dont|cannot|can'?t|didn'?t) "
    r"(?:know|have|remember|find|see|get|tell|recall)\w*(?: (?:it|that|this|one|any|a|the|hash|link|address|number)){0,3}|"
    r"no idea|not sure|skip(?: this| it)?|none|unknown|idk|dunno|no hash|no link|n/?a|"
    r"no (?:lo |la )?(?:se|tengo|recuerdo|encuentro|veo)(?: (?:un|una|el|la|ningun|hash|enlace))*|ni idea|omitir|saltar|"
    r"(?:我)?(?:也)?(?:不知道|不清楚|不记得|不晓得|忘了|没有?(?:找到|看到|这个|哈希|链接)?|找不到|跳过|不懂|不确定)(?:了|啊|呢|呀|的)?)"
    r"[\s,.!，。！]*"
)
_QUESTION = re.compile(
    r"[?？]\s*$|^(?:how|why|what|when|where|who|which|can i|can you|could|do i|does|is it|is there|are you|will|"
    r"como|por ?que|que es|cuando|donde|quien|cual|cuanto|puedo|se puede)\b|^(?:怎么|为什么|什么|多久|如何|哪里|谁|请问|能不能|可以)|[吗呢]$"
)


def corrects(text: str) -> bool:
    """Whether the words take something back."""
    return bool(_CORRECTS.search(fold_text(text)))


def cancels(text: str) -> bool:
    """Whether the message is nothing but the wish to stop."""
    return bool(_CANCELS.fullmatch(fold_text(text)))


def skips(text: str) -> bool:
    """Whether the message is nothing but "I do not know" or "I have none"."""
    return bool(_SKIPS.fullmatch(fold_text(text)))


def asks_something(text: str) -> bool:
    """Whether the message asks a question, or is only a greeting or thanks."""
    return bool(_QUESTION.search(fold_text(text))) or small_talk(text) is not None


@dataclass(frozen=True, slots=True)
class Said:
    """A message and what is named in it. `networks`: names of networks → (id, name) of the book.

    `on` are the networks, as (id, name), to which each of `refs` belongs for certain.
    """

    text: str
    seq: int = 0
    refs: tuple[Ref, ...] = ()
    on: tuple[tuple[str, str], ...] = ()


def facts_in(flow: Flow, said: Said, networks: Mapping[str, str]) -> dict[str, Fact]:
    """Return fact → what a message says of it, whether it was asked for or not.

    What could be two things at once is none. Free text never is a fact that nobody asked for.
    `networks`: id → name of those that can be looked at.
    """
    found: dict[str, Fact] = {}
    for step in flow.questions:
        values = _values(step, said, networks)
        if len(values) == 1 and step.fact not in found:
            found[step.fact] = values[0]
    return found


def answer_to(
    step: Step, said: Said, networks: Mapping[str, str], old: Fact | None = None
) -> Fact | None:
    """Return what answers the question of a step, None when nothing does.

    With `old`, the value that is known and taken back, the other of two values is meant.
    """
    option = chosen(step.options, said.text)
    if option is not None:
        return Fact(option.value, _label(option), said.seq)
    if step.answer is Answer.TEXT and not asks_something(said.text):
        text = " ".join(said.text.split())
        return Fact(text[:SHOWN], text[:SHOWN], said.seq) if text else None
    values = _values(step, said, networks)
    if old is not None:
        values = [value for value in values if value.value != old.value]
    return values[0] if len(values) == 1 else None


def hear(
    flow: Flow, state: State, said: Sequence[Said], networks: Mapping[str, str], topic: str = ""
) -> Heard:
    """Return what new messages say to a run; `topic` is what they are about when that is sure."""
    text = "\n".join(each.text for each in said)
    facts: dict[str, Fact] = {}
    for each in said:
        facts |= facts_in(flow, each, networks)
    back = corrects(text)
    for step in flow.questions if back else ():
        old = state.facts.get(step.fact)
        other = answer_to(replace(step, options=()), said[-1], networks, old) if old else None
        if other is not None and step.answer is not Answer.TEXT:
            facts[step.fact] = other
    changed = back and any(
        name in state.facts and state.facts[name].value != fact.value
        for name, fact in facts.items()
    )
    asked = flow.step(state.asking)
    found = [answer_to(asked, each, networks) for each in said] if asked and not changed else []
    answers = [answer for answer in found if answer is not None]
    return Heard(
        facts=facts,
        answer=answers[-1] if answers else None,
        corrects=back,
        skips=skips(text),
        cancels=cancels(text),
        elsewhere=asks_something(text) or (topic != "" and topic not in flow.topics),
    )


def _label(option: Option) -> str:
    return option.label.get("en") or next(iter(option.label.values()), option.value)


def chosen(options: Sequence[Option], text: str) -> Option | None:
    """Return the button that a message means: by label, number, place, yes or no, or own words."""
    folded = fold_text(text).strip(" .!。！,，()（）\"'“”")
    if not folded or not options:
        return None
    for option in options:
        if folded in {fold_text(label).strip(" .!。！") for label in option.label.values()}:
            return option
    if len(folded) <= _LONGEST_CHOICE:
        number = _NUMBER.fullmatch(folded)
        place = int(number["n"]) if number else _place(folded)
        if 0 < place <= len(options):
            return options[place - 1]
    by_value = {option.value: option for option in options}
    if "yes" in by_value and says_yes(text):
        return by_value["yes"]
    if "no" in by_value and _NO.fullmatch(folded):
        return by_value["no"]
    return _by_words(options, folded, labels=True)


def _place(folded: str) -> int:
    return next((n for n, words in enumerate(_ORDINALS, 1) if re.fullmatch(words, folded)), 0)


def _by_words(options: Sequence[Option], folded: str, *, labels: bool) -> Option | None:
    """Return the one option whose words stand in the text; None for none or several."""
    hits = []
    for option in options:
        words = [*option.words, *(option.label.values() if labels else ())]
        if any(_stands_in(fold_text(word), folded) for word in words):
            hits.append(option)
    return hits[0] if len(hits) == 1 else None


def _stands_in(word: str, text: str) -> bool:
    at = text.find(word) if word else -1
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (_joins(before, word[0]) or _joins(after, word[-1])):
            return True
        at = text.find(word, at + 1)
    return False


def _joins(outside: str, inside: str) -> bool:
    return outside.isascii() and outside.isalnum() and inside.isascii() and inside.isalnum()


def _values(step: Step, said: Said, networks: Mapping[str, str]) -> list[Fact]:
    """Return the different values that a message has for the fact of a question."""
    if step.options:
        option = _by_words(step.options, fold_text(said.text), labels=False)
        if option is not None:
            return [Fact(option.value, _label(option), said.seq)]
    pairs: Iterable[tuple[str, str]]
    match step.answer:
        case Answer.TRANSACTION:
            pairs = [(ref.text, ref.text) for ref in said.refs if ref.kind is Kind.TRANSACTION]
        case Answer.ADDRESS:
            pairs = [(ref.text, ref.text) for ref in said.refs if ref.kind is Kind.ADDRESS]
        case Answer.NETWORK:
            pairs = _networks_in(said, networks)
        case Answer.DEVICE:
            pairs = [(name, DEVICES[name]) for name in _named(_DEVICES, said.text)]
        case Answer.EMAIL:
            pairs = [(m[0], m[0]) for m in TOKEN.finditer(said.text) if m[1] == "email"]
        case Answer.AMOUNT | Answer.DATE | Answer.LINK:
            pairs = _entities_in(step.answer, said.text)
        case _:
            pairs = []
    return [Fact(value, shown[:SHOWN], said.seq) for value, shown in dict(pairs).items()]


def _named(words: Mapping[str, re.Pattern[str]], text: str) -> list[str]:
    folded = fold_text(text)
    return [name for name, pattern in words.items() if pattern.search(folded)]


def _networks_in(said: Said, networks: Mapping[str, str]) -> list[tuple[str, str]]:
    names = dict.fromkeys(_named(_NETWORKS, said.text))
    folded = fold_text(said.text)
    for code, name in networks.items():
        if len(name) > 4 and _stands_in(fold_text(name), folded):  # "Base" is also a word
            names[code] = None
    found = [(code, networks.get(code, code.title())) for code in names]
    return found or list(dict.fromkeys(said.on))


_KINDS = {Answer.AMOUNT: "amount", Answer.DATE: "time", Answer.LINK: "link"}


def _entities_in(answer: Answer, text: str) -> list[tuple[str, str]]:
    found = [each for each in entities(text) if each.kind == _KINDS[answer]]
    return [(said, said) for each in found if (said := f"{each.value} {each.detail}".strip())]
