"""Letters that look like others: the skeleton of a name is equal for all that look like it.

The table holds what is seen in addresses: Cyrillic, Greek, Latin with tails, and digits (chosen
from Unicode TR 39's confusables); accents fall with the decomposition.
"""

import unicodedata

_LOOKS = {
    "a": "аɑα@4ạẚ", "b": "ьƅɓвβß8", "c": "сϲƈ¢ᴄ", "d": "ԁɗđḍ", "e": "еҽєɛε3ё", "f": "ƒϝғ",
    "g": "ɡɢց9ġ", "h": "һհḥнʜ", "i": "іɩιıӏ|!1íḷļłĺɪlї", "j": "јʝϳ", "k": "κкҡķқᴋ",
    "m": "мṃɱᴍ", "n": "ոпηṇɴńņŋи", "o": "оοσօ0ọơøөᴏ", "p": "рρþṗƿ", "q": "ԛգ", "r": "гɾŗȓяʀ",
    "s": "ѕʂșşš5$ꜱ", "t": "тτţțŧ7+ᴛ", "u": "υսцμʋụᴜ", "v": "νѵᴠ", "w": "ԝωѡшщᴡ", "x": "хχ×ҳ",
    "y": "уүγỵʏ", "z": "ʐżź2ᴢʒ",
}  # fmt: skip
_TABLE = {ord(sign): plain for plain, signs in _LOOKS.items() for sign in signs}
_PAIRS = (("rn", "m"), ("vv", "w"), ("nn", "m"))


def plain_letters(text: str) -> str:
    """Return text in small letters without accents, each letter replaced by what it looks like."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return bare.translate(_TABLE)


def skeleton(text: str) -> str:
    """Return what a name looks like at a glance: "rn" is "m", separators are not seen."""
    bare = "".join(sign for sign in plain_letters(text) if sign.isalnum())
    for pair, single in _PAIRS:
        bare = bare.replace(pair, single)
    return bare


def near(left: str, right: str, most: int) -> bool:
    """Tell whether at most `most` letters were added, dropped, changed or swapped.

    Optimal string alignment distance; Damerau 1964.
    """
    if abs(len(left) - len(right)) > most:
        return False
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most
