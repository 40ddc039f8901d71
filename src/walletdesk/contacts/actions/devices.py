"""Devices of a customer: let another one in by a link, and shut one out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.db import transaction

from walletdesk.contacts.actions import end_session, open_page_session, session_life
from walletdesk.contacts.actions.identify import SessionGone
from walletdesk.contacts.identity_models import DeviceLink
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.contacts.queries import get_session_by_token, lock_session, may_revoke
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.kit.wake import revoke

LINK_LIFE = timedelta(minutes=10)
SENT_LINK_LIFE = timedelta(hours=1)  # it is on its way for a while, and read when there is time
DEVICES = 10  # of one customer at a time


class LinkGone(DomainError):
    """The link was used, is too old, was replaced, or never was one. All are told alike."""

    code: ClassVar[str] = "link_gone"
    status: ClassVar[int] = 404


class AlreadyHere(DomainError):
    """The link was opened on a device that shows this customer's conversations already."""

    code: ClassVar[str] = "already_here"


class TooManyDevices(DomainError):
    """The customer has as many devices as one may have. Shut one out first."""

    code: ClassVar[str] = "too_many_devices"


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a new device got: its session and token, and the conversation to show."""

    session: ContactSession
    token: str
    ref: str


@transaction.atomic
def make_link(*, token: str, ref: str) -> str:
    """Return the secret of a link that opens a conversation on another device, once.

    A device has one open link; a new one replaces it. Raises SessionGone or TooManyDevices.
    """
    session = lock_session(token)
    if session is None:
        raise SessionGone
    if _devices(session.contact_id) >= DEVICES:
        raise TooManyDevices
    secret = ids.new_token()
    DeviceLink.objects.filter(session=session).delete()
    DeviceLink.objects.create(
        session=session,
        token_hash=ids.token_hash(secret),
        ref=ref,
        expires_at=clock.now() + LINK_LIFE,
    )
    return secret


@transaction.atomic
def make_link_to_send(*, contact: Contact, ref: str) -> str:
    """Return the secret of a link that opens a conversation on the device it is sent to, once.

    The caller answers for who reads it. Raises TooManyDevices.
    """
    if _devices(contact.pk) >= DEVICES:
        raise TooManyDevices
    session = open_page_session(contact=contact, life=session_life(contact.brand))
    secret = ids.new_token()
    DeviceLink.objects.create(
        session=session,
        token_hash=ids.token_hash(secret),
        ref=ref,
        expires_at=clock.now() + SENT_LINK_LIFE,
    )
    return secret


@transaction.atomic
def open_link(*, secret: str, device: str, present: str | None) -> OpenedLink:
    """Use a link up and return a session for the device that opened it.

    `present` is the token that the device holds now; its session ends. Raises LinkGone, or
    AlreadyHere, which leaves the link as it is, or TooManyDevices.
    """
    link = (
        DeviceLink.objects.select_for_update(of=("self",))
        .select_related("session__contact")
        .filter(
            token_hash=ids.token_hash(secret),
            expires_at__gt=clock.now(),
            session__expires_at__gt=clock.now(),
        )
        .first()
    )
    if link is None:
        raise LinkGone
    here = get_session_by_token(present) if present else None
    if here and here.contact_id == link.session.contact_id:
        raise AlreadyHere
    if _devices(link.session.contact_id) >= DEVICES:
        raise TooManyDevices
    if present:
        end_session(token=present)
    opened, token = _let_in(link, device)
    link.delete()
    return OpenedLink(session=opened, token=token, ref=link.ref)


def _let_in(link: DeviceLink, device: str) -> tuple[ContactSession, str]:
    token = ids.new_token()
    source = link.session
    session = ContactSession.objects.create(
        contact=source.contact,
        token_hash=ids.token_hash(token),
        device=device,
        key=source.key,
        linked_from=source,
        by_link=True,
        expires_at=source.expires_at,
    )
    return session, token


def _devices(contact_id: int) -> int:
    sessions = ContactSession.objects.filter(contact_id=contact_id, expires_at__gt=clock.now())
    return sessions.filter(of_page=False).count()


@transaction.atomic
def revoke_device(*, session: ContactSession, device_id: int) -> None:
    """Shut out a device of the same customer at once. Raises NotFound for any other."""
    target = (
        ContactSession.objects.select_for_update()
        .filter(pk=device_id, contact_id=session.contact_id, of_page=False)
        .first()
    )
    if target is None or not may_revoke(session, target):
        raise NotFound
    revoke(f"customer:{target.contact_id}")
    target.delete()


@transaction.atomic
def describe_device(*, token: str, device: str, app_version: str, zone: str = "") -> None:
    """Note what a device says of itself; what it leaves empty stays. Raises SessionGone.

    The first two have passed the guard; `zone` is a name of the IANA list.
    """
    told = {"device": device, "app_version": app_version, "zone": zone}
    given = {name: text for name, text in told.items() if text}
    rows = ContactSession.objects.filter(token_hash=ids.token_hash(token))
    if not (rows.update(**given) if given else rows.exists()):
        raise SessionGone
