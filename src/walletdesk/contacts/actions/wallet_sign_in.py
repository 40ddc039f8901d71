"""Sign-in with the signature of a wallet: ask, then check the answer, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from django.db import transaction

from walletdesk.contacts.actions.identify import SessionGone
from walletdesk.contacts.identity_models import WalletChallenge
from walletdesk.contacts.models import Contact
from walletdesk.contacts.queries import lock_session, policy_of
from walletdesk.contacts.wallet import (
    SignInRequest,
    WrongSignature,
    check_signature,
    checksum_address,
    sign_in_message,
)
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, NotAllowed

CHALLENGE_LIFE = timedelta(minutes=10)


class WalletSignInOff(NotAllowed):
    """The brand does not offer the sign-in with a wallet's signature."""

    code: ClassVar[str] = "wallet_sign_in_off"


@transaction.atomic
def ask_for_signature(
    *, token: str, address: str, chain_id: int, origin: str, statement: Callable[[Contact], str]
) -> str:
    """Return the message that a wallet shall sign. A new question replaces the one before.

    `origin` is ours, scheme and host; `statement` says in the customer's language that the
    signature moves no money. Raises SessionGone, WalletSignInOff, BadAddress, or BadInput for a
    chain that the brand does not list.
    """
    session = lock_session(token)
    if session is None:
        raise SessionGone
    policy = policy_of(session.contact.brand)
    if not policy.wallet_sign_in:
        raise WalletSignInOff
    if chain_id not in policy.chains:
        raise BadInput(chain="unknown")
    now = clock.now()
    request = SignInRequest(
        domain=origin.partition("://")[2],
        uri=origin,
        address=checksum_address(address),
        statement=statement(session.contact),
        chain_id=chain_id,
        nonce=ids.new_ref(),
        issued_at=now,
        expires_at=now + CHALLENGE_LIFE,
    )
    message = sign_in_message(request)
    WalletChallenge.objects.update_or_create(
        session=session,
        defaults={
            "nonce": request.nonce,
            "address": request.address,
            "chain_id": chain_id,
            "message": message,
            "expires_at": request.expires_at,
        },
    )
    return message


@transaction.atomic
def take_challenge(*, token: str) -> WalletChallenge:
    """Take the open question of a device away, and return it. It is used up whatever follows.

    Raises SessionGone, or WrongSignature when nothing was asked, or too long ago.
    """
    session = lock_session(token)
    if session is None:
        raise SessionGone
    asked = WalletChallenge.objects.filter(session=session).select_related("session").first()
    if asked is None:
        raise WrongSignature
    taken, _ = WalletChallenge.objects.filter(pk=asked.pk).delete()
    if not taken or asked.expires_at <= clock.now():
        raise WrongSignature
    if not policy_of(session.contact.brand).wallet_sign_in:
        raise WalletSignInOff
    return asked


def signed_address(challenge: WalletChallenge, signature: str) -> str:
    """Return the CAIP-10 name of the address that signed. Raises WrongSignature, ContractWallet."""
    check_signature(challenge.message, signature, challenge.address)
    return f"eip155:{challenge.chain_id}:{challenge.address}"
