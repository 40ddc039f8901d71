"""What stands around words that somebody dictates: "word 3 is", "the next one", "um".

Such words speak neither for a phrase nor against one where words are being counted. All are in
folded letters; a label need not be in the language of the words that it numbers.
"""

import re
from typing import Final

_ENGLISH_TEXT: Final = """word words number num no nr is the next first second third fourth fifth
sixth seventh eighth ninth tenth eleventh twelfth last then and my it its one two three four five
six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
twenty palabra palabras numero es la el mi y siguiente luego primera segunda tercera cuarta quinta
sexta septima octava novena decima ultima seed phrase"""
_FILLERS_TEXT: Final = "um uh uhm umm er erm hmm hm ah comma ok okay so eh mmm este pues"
_OTHERS_TEXT: Final = """and then next word y luego despues palabra e poi parola et puis ensuite mot
e depois entao palavra a pak potom slovo ve sonra kelime и затем потом слово と つぎ ことば"""

FILLERS: Final = frozenset(_FILLERS_TEXT.split()) | {"and", "then", "next"}
"""What people say between two words."""
ENGLISH: Final = frozenset(_ENGLISH_TEXT.split()) | FILLERS
"""Labels around the words of an English phrase."""
OTHERS: Final = frozenset(_OTHERS_TEXT.split())
"""Labels of the other alphabetic lists, in their languages."""
COUNTERS: Final = frozenset({"word", "next", "palabra", "siguiente", "number"})
"""Labels of which one stands at each word."""
SERIES: Final = tuple(
    tuple(row.split())
    for row in (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
        "one two three four five six seven eight nine ten eleven twelve",
        "primera segunda tercera cuarta quinta sexta septima octava novena decima",
        "a b c d e f g h i j k l m n o p q r s t u v w x",
        "i ii iii iv v vi vii viii ix x xi xii",
    )
)
"""What people number a list with, in words and letters."""

_LATIN: Final = re.compile(
    rf"(?<![a-z])(?:(?:{'|'.join(sorted(ENGLISH, key=len, reverse=True))}|st|nd|rd|th)(?![a-z])"
    r"|[a-z](?=\d))",
    re.IGNORECASE,
)


def without_latin(text: str) -> str:
    """Return a text with blanks in place of Latin labels, as long as before."""
    return _LATIN.sub(lambda match: " " * len(match.group()), text)
