"""An original with a secret in it goes: sealed or not, nobody has to be able to read it again."""

from collections.abc import Sequence

from django.db import transaction

from walletdesk.integrations.email.models import RawMail
from walletdesk.integrations.email.raw_store import mail_store


@transaction.atomic
def forget_originals(*, conversation_id: int, kinds: Sequence[str], seqs: Sequence[int]) -> None:  # noqa: ARG001 - the payload
    """Delete the originals of these messages. Their rows stay: the same mail is known again."""
    kept = RawMail.objects.select_for_update().exclude(blob="")
    _forget(list(kept.filter(conversation_id=conversation_id, seq__in=list(seqs))))


def forget_original(*, mail: RawMail) -> None:
    """Delete the original of a mail that was set aside. The caller holds its lock."""
    if mail.blob:
        _forget([mail])


def _forget(rows: Sequence[RawMail]) -> None:
    for row in rows:
        mail_store().delete(row.blob)
    RawMail.objects.filter(pk__in=[row.pk for row in rows]).update(
        blob="", wrapped=None, envelope=None
    )
