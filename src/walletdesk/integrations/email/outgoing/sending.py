"""One attempt to send one mail: claim, write, sign, hand over, settle. Nothing else sends."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import transaction

from walletdesk.channels.delivery.actions import (
    Overtaken,
    claim_delivery,
    note_handing_over,
    settle_delivery,
)
from walletdesk.channels.delivery.types import Accepted, Claim, Postponed, Refused, Result
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.plan import ready_mail, sender_address
from walletdesk.integrations.email.outgoing.actions.settle import keep_copy, note_outcome
from walletdesk.integrations.email.outgoing.compose import CannotWrite, letter_of
from walletdesk.integrations.email.outgoing.dkim_sign import SigningKeys, keys_from, signed
from walletdesk.integrations.email.outgoing.mime import bytes_of
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.queries import get_sent
from walletdesk.integrations.email.outgoing.transports import provider, smtp
from walletdesk.integrations.email.outgoing.transports.types import Parcel
from walletdesk.integrations.email.outgoing.types import Trouble
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit.errors import DomainError

log = logging.getLogger("walletdesk.mail")

OAUTH = ("google", "microsoft")


# Whose mailbox is read by OAuth 2.0 sends by it too: the way in knows how to get a token.
Tokens = Callable[[MailAccount], str]
_tokens: list[Tokens] = []


def use_tokens(fetch: Tokens) -> None:
    """Have this give the access tokens of accounts. It raises DomainError when it cannot."""
    _tokens[:] = [fetch]


def send_due(delivery_id: int) -> None:
    """Make one attempt, if the delivery is due and nobody else is at it. Repeat as you like."""
    claim = claim_delivery(delivery_id=delivery_id)
    if claim is None:
        return
    if trouble := ready_mail(delivery_id=delivery_id):
        settle_delivery(claim=claim, result=Refused(trouble))
        return
    sent = get_sent(delivery_id)
    if sent is None:
        settle_delivery(claim=claim, result=Refused(Trouble.NO_ACCOUNT))
        return
    _attempt(claim, sent)


def _attempt(claim: Claim, sent: SentMail) -> None:
    try:
        letter = letter_of(sent)
        raw = _signed(bytes_of(letter), sent.account)
    except CannotWrite as error:
        _settle(claim, sent, Refused(str(error)))
        return
    except ValueError:  # a line break in a header, an address that cannot stand in one
        _settle(claim, sent, Refused(Trouble.BAD_HEADER))
        return
    if sent.account.out_backend == WayOut.CONSOLE:
        _to_console(claim, sent, raw)
        return
    parcel = Parcel(letter, raw, partial(note_handing_over, claim=claim))
    try:
        result = _sent(parcel, sent.account)
    except Overtaken:
        log.warning("mail %s: another attempt has begun", sent.ref)
        return
    _settle(claim, sent, result)


def _sent(parcel: Parcel, account: MailAccount) -> Result:
    fields = open_fields(account.out_settings, ref=account.ref, column="out_settings")
    if account.out_backend == WayOut.ANYMAIL:
        return provider.send(parcel, fields)
    try:
        where = smtp.SmtpSettings.from_fields(fields)
    except ValueError:
        return Refused(Trouble.BAD_SETTINGS)
    if _tokens and not where.password and account.in_settings.get("auth") in OAUTH:
        try:
            where = replace(where, token=_tokens[0](account))
        except DomainError:
            return Postponed(Trouble.SIGN_IN)
    return smtp.send(parcel, where)


def _to_console(claim: Claim, sent: SentMail, raw: bytes) -> None:
    """Keep the mail for the page "Outbox" and tell the log: in one transaction, so once."""
    with transaction.atomic():
        keep_copy(sent=sent, raw=raw)
        _settle(claim, sent, Accepted())
    log.info("mail %s (%s) is in the outbox of %s", sent.ref, sent.purpose, sent.account.ref)


def _settle(claim: Claim, sent: SentMail, result: Result) -> None:
    with transaction.atomic():
        if settle_delivery(claim=claim, result=result) is not None:
            note_outcome(sent=sent, result=result)


def keys_of(account: MailAccount) -> SigningKeys | None:
    """Return the keys with which an account signs, None when it does not."""
    fields: dict[str, Any] = open_fields(account.dkim_key, ref=account.ref, column="dkim_key")
    domain = sender_address(account).rpartition("@")[2]
    return keys_from(fields, domain=domain, selector=account.dkim_selector)


def _signed(raw: bytes, account: MailAccount) -> bytes:
    keys = keys_of(account)
    return signed(raw, keys) if keys is not None else raw
