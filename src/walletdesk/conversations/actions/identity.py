"""A customer shows who they are: the device's conversations become theirs.

Only what began on this very device moves, and only from an anonymous customer; what another
device of that visitor began stays where it is.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from walletdesk.accounts.models import Brand
from walletdesk.contacts.actions.identify import (
    KnownSession,
    Vouched,
    become_known,
    use_token,
)
from walletdesk.contacts.actions.notes import move_contact_notes
from walletdesk.contacts.actions.wallet_sign_in import signed_address, take_challenge
from walletdesk.contacts.identity import Claims, read_token
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.identities import adopt_personal_data, set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.contacts.queries import verifying_key
from walletdesk.contacts.types import Proof
from walletdesk.conversations.actions.block import carry_block
from walletdesk.conversations.actions.customer import start_conversation
from walletdesk.conversations.actions.timeline import current_xid, wake_screens
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import newest_conversation_of
from walletdesk.kit import clock
from walletdesk.safety import guard


@dataclass(frozen=True, slots=True)
class Identified:
    """A known customer's session, and the conversation to show.

    `kept` is False when another customer had been signed in on this device until now.
    """

    contact: Contact
    token: str
    conversation: Conversation
    kept: bool


@transaction.atomic
def identify_customer(
    *, brand: Brand, identity_token: str, session_token: str | None, device: str
) -> Identified:
    """Sign a customer in with a token of the wallet. Raises BadToken or SessionGone.

    `device` names the browser; what the token says of the device counts more.
    """
    claims = read_token(
        identity_token,
        audience=brand.slug,
        now=clock.now(),
        find_key=lambda kid: verifying_key(brand, kid),
    )
    key = use_token(brand=brand, claims=claims)
    vouched = Vouched(
        brand=brand,
        kind=Proof.WALLET_USER,
        subject=claims.subject,
        language=_language(brand, claims.language),
        device=guard.check(claims.device).safe.text or device,
        app_version=guard.check(claims.app_version).safe.text,
        key=key,
        tier=claims.tier,
    )
    known = become_known(token=session_token, vouched=vouched)
    _keep_claims(known.contact, claims)
    return _arrive(known)


def _keep_claims(contact: Contact, claims: Claims) -> None:
    """Seal what the wallet says of its user, under the customer's own key."""
    said = [
        (IdentityKind.EXTERNAL_ID, claims.subject),
        (IdentityKind.NAME, claims.name),
        (IdentityKind.EMAIL, claims.email),
        (IdentityKind.PHONE, claims.phone),
        *((IdentityKind.ADDRESS, wallet) for wallet in claims.wallets),
    ]
    for kind, value in said:
        if value.strip() and not guard.check(value).secret:
            set_identity(contact=contact, kind=kind, value=value, source=Source.WALLET)


def sign_in_with_wallet(*, session_token: str, signature: str, device: str) -> Identified:
    """Sign a customer in with the signature that their wallet was asked for.

    The question is used up in a transaction of its own: a wrong answer must not bring it back.
    Raises SessionGone, WrongSignature or ContractWallet.
    """
    challenge = take_challenge(token=session_token)
    address = signed_address(challenge, signature)
    contact = challenge.session.contact
    with transaction.atomic():
        vouched = Vouched(
            brand=contact.brand,
            kind=Proof.ADDRESS,
            subject=address,
            language=contact.language,
            device=device,
        )
        return _arrive(become_known(token=session_token, vouched=vouched))


def _language(brand: Brand, tag: str) -> str:
    """Return the brand's language that a tag such as zh-CN means, else ""."""
    wanted = {"zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh": "zh-hans"}.get(tag.lower(), tag.lower())
    return next((code for code in (wanted, wanted[:2]) if code in brand.languages), "")


def _arrive(known: KnownSession) -> Identified:
    if known.was is not None:
        _move_conversations(known.was, known)
    conversation = newest_conversation_of(known.contact) or start_conversation(
        contact=known.contact, language=known.contact.language, started_on=known.session.pk
    )
    return Identified(known.contact, known.token, conversation, not known.replaced)


def _move_conversations(was: Contact, known: KnownSession) -> None:
    """Hand over what began on this device. Rows are locked, so that no message falls between."""
    here = Q(started_on=known.session.pk)
    if not known.was_guest:
        here |= Q(started_on=None)  # from before devices were noted: then there was only this one
    moved = list(
        Conversation.objects.select_for_update(of=("self",))
        .filter(here, contact=was)
        .order_by("pk")
    )
    Conversation.objects.filter(pk__in=[c.pk for c in moved]).update(
        contact=known.contact, change_xid=current_xid()
    )
    carry_block(source=was, target=known.contact, moved=[c.pk for c in moved])
    # What stood in the texts lies under the customer's key. It stays readable as long as any
    # conversation of the visitor is left, else it comes along.
    if not Conversation.objects.filter(contact=was).exists():
        adopt_personal_data(source=was, target=known.contact)
        move_contact_notes(source=was, target=known.contact)
    wake_screens(moved)
