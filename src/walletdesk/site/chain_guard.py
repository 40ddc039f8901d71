"""What joins the guard's knowledge of secrets to the diagnosis, which may not know the guard."""

from collections.abc import Sequence

from walletdesk.safety.guard import check
from walletdesk.safety.keys import find_hex


class WordGuard:
    """Tells keys from hashes by the words near them, and finds every other secret."""

    def names(self, low: str) -> Sequence[tuple[tuple[int, int], str]]:
        """Return each 64-hex number's span with "key", "hash" or "nothing"."""
        return [(span, naming.value) for span, naming in find_hex(low)]

    def holds_secret(self, text: str) -> bool:
        """Tell whether the text holds a phrase or a key."""
        return check(text).secret
