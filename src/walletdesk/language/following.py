# ruff: noqa: E501 - a pattern reads best whole
"""What a follow-up asks for: "and how long does it take?" with the question that it follows.

Rules: a message that points back, or that is too short to stand alone, is read together with the
customer's last words that stood alone. Chinese, English and Spanish. Pure, linear.
"""

import re
from collections.abc import Sequence

from walletdesk.language.rules import fold_text
from walletdesk.language.tokens import runs

LONGEST = 300  # characters of what came before
_BRIEF_WORDS, _BRIEF_SIGNS = 9, 16  # a longer message tells its matter itself
_CONNECTS = re.compile(
    r"(?:and|but|so|then|also|or|what about|how about|what if|why|how long|how much|how many|when|where|which one|is (?:it|that|this)|"
    r"can (?:i|it|you)|does (?:it|that|this)|do i|will (?:it|that|this)|"
    r"y|pero|entonces|tambien|o|que tal|y si|por que|cuanto|cuando|donde|cual|se puede|puedo|"
    r"那|那么|还有|然后|可是|但是|所以|如果|多久|要多久|多少|怎么|为什么|什么时候|哪里|哪个|能不能|可以吗)\b"
    r"|(?:那|那么|还有|然后|可是|但是|所以|多久|要多久|多少钱|为什么|什么时候|哪个|还要)"
)
_POINTS = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|there|one|same|"
    r"eso|esto|ese|esa|esos|esas|lo|la|los|las|ello|ahi|mismo)\b"
    r"|它|这个|那个|这样|那样|这种|那种|这些|那些|这笔|那笔|同样|上面|刚才"
)
# "This wallet", "that the money": the thing itself is said.
_NAMED = re.compile(
    r"\b(?:wallet|seed|phrase|password|deposit|transfer|transaction|swap|bridge|staking|token|network|login|kyc|stolen|hacked|"
    r"cartera|frase|contrasena|deposito|transferencia|transaccion|robad\w+)\b|助记词|密码|充值|转账|提现|质押|钱包被|被盗|跨链"
)


def points_back(text: str) -> bool:
    """Whether a message cannot be understood without what came before it.

    >>> points_back("and how long does it take?"), points_back("my deposit has not arrived")
    (True, False)
    """
    folded = fold_text(text)
    brief = [len(run) / _BRIEF_SIGNS if cjk else 1 / _BRIEF_WORDS for run, cjk in runs(text)]
    if not folded or sum(brief) > 1 or _NAMED.search(folded):
        return False
    return bool(_CONNECTS.match(folded.lstrip("¿¡ ")) or _POINTS.search(folded))


def standalone(text: str, earlier: Sequence[str]) -> str:
    """Return a message together with what it follows, if it points back; `earlier`: oldest first."""
    if not points_back(text):
        return text
    before = next((said for said in reversed(earlier) if not points_back(said)), "")
    return f"{before[:LONGEST]}\n{text}" if before else text
