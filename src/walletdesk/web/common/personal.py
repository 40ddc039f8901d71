"""Words for personal data where a text is shown as one plain line."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.safety import guard

# A preview may end inside of a token.
TOKEN = re.compile(r"⟦(email|phone|document|name|address|link|words):[0-9A-Z]*(?:⟧|$)")

MASKED_LENGTH = 200
LONG = re.compile(r"[0-9A-Za-z]{20,}")  # a hash or an address: known to many, and somebody's
CUT = re.compile(r"⟦(?!s)[a-z]*$")  # before its kind is known; ⟦s… is a secret's mask

KINDS = {
    "name": gettext_noop("Name"),
    "email": gettext_noop("E-mail"),
    "phone": gettext_noop("Phone"),
    "address": gettext_noop("Address"),
    "document": gettext_noop("Document"),
    "external_id": gettext_noop("Customer number"),
    "words": gettext_noop("Words held back"),
    "conversation": gettext_noop("Conversation"),
    "link": gettext_noop("the customer's own page"),
}
TEXT_KINDS = ("email", "phone", "document", "words")  # that stand in texts
ICONS = {
    "name": "user",
    "email": "mail",
    "phone": "call",
    "document": "article",
    "address": "flag",
    "words": "lock",
}


def kind_name(kind: str) -> str:
    """Return the name of a kind of personal data; an unknown one stands for itself."""
    return _(KINDS[kind]) if kind in KINDS else kind


def words_for_tokens(text: str) -> str:
    """Return a text with the kind of each datum in place of its token."""
    if "⟦" not in text:
        return text
    whole = TOKEN.sub(lambda match: f"[{kind_name(match.group(1))}]", text)
    return CUT.sub("…", whole)


def masked_line(text: str) -> str:
    """Return a text in one line without personal data; of hashes and addresses the ends only.

    For examples that are shown apart from their conversation.
    """
    safe = guard.impersonal(guard.check(" ".join(text.split())).safe).text
    short = LONG.sub(lambda found: f"{found[0][:4]}…{found[0][-4:]}", words_for_tokens(safe))
    return short[:MASKED_LENGTH]


def personal_strings() -> dict[str, str]:
    """Return what `common/personal.js` shows, to customers too."""
    return {f"personal_{kind}": kind_name(kind) for kind in TEXT_KINDS}
