"""To which number an SMS goes: one that the wallet vouches for, and no other."""

from walletdesk.contacts.personal.own_words import own_phones
from walletdesk.safety.personal import normal_phone


def number_of(contact_id: int) -> tuple[str, bytes] | None:
    """Return a verified number as E.164 and its mark, the newest first; None without one."""
    for own in own_phones(contact_id):
        number = normal_phone(own.address) if own.vouched else None
        if number:
            return number, own.lookup
    return None
