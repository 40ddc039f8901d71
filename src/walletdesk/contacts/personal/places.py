"""Where a sealed field belongs: it opens there and nowhere else."""

from walletdesk.contacts.personal.types import Raw


def datum_place(contact_id: int, kind: str, code: str) -> str:
    """Return the place of the value of a token."""
    return f"datum|{contact_id}|{kind}|{code}"


def identity_place(contact_id: int, kind: str, lookup: Raw) -> str:
    """Return the place of an identity field."""
    return f"identity|{contact_id}|{kind}|{bytes(lookup).hex()}"
