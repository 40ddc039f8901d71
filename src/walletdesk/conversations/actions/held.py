"""Words that wait sealed while nothing tells whether they are a part of a phrase (ADR 0039).

The guard sees them in clear when it looks back; once an alarm says what they were, nobody can open
them any more.
"""

from collections.abc import Iterable, Mapping

from walletdesk.contacts.personal.keys import namer
from walletdesk.contacts.personal.own_words import restore_held
from walletdesk.contacts.personal.queries import tokens_in
from walletdesk.safety import guard
from walletdesk.safety.personal import PersonalKind
from walletdesk.safety.types import StorableText

History = list[tuple[int, str]]


def in_clear(rows: Iterable[tuple[int, int, str]]) -> History:
    """Return (number, text) of (contact, number, text), with the words that wait in them."""
    known = list(rows)
    texts = restore_held([(contact_id, text) for contact_id, _seq, text in known])
    return [(seq, text) for (_contact, seq, _old), text in zip(known, texts, strict=True)]


def codes_gone(contact_id: int, history: History, now: Mapping[int, StorableText]) -> set[str]:
    """Return the codes of words that stand in messages no more, after these became others."""
    name = namer(contact_id)
    kind = PersonalKind.WORDS
    before = {
        name(kind, words) for seq, text in history if seq in now for words in guard.held_words(text)
    }
    return before - {code for _kind, code in tokens_in([text.text for text in now.values()])}
