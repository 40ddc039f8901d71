"""A customer signs in: whose history is seen where, and who is left with nothing (S01, S28)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, connections

from tests.cast import Cast
from tests.identity.wallets import Phone, WalletServer
from walletdesk.cases.actions.opening import open_case
from walletdesk.cases.models import SecurityCase
from walletdesk.cases.types import CaseKind
from walletdesk.contacts.actions.housekeeping import remove_empty_contacts, remove_expired
from walletdesk.contacts.actions.identity_keys import revoke_identity_key
from walletdesk.contacts.actions.notes import add_contact_note
from walletdesk.contacts.identity_models import ExternalIdentity, IdentityKey, UsedToken
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.contacts.personal.queries import masked_data, masked_identities
from walletdesk.contacts.personal.rules import mask
from walletdesk.contacts.queries import identity_of, notes_of, verifying_key
from walletdesk.conversations import queries
from walletdesk.conversations.actions.block import block_contact, unblock_contact
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Attachment, Conversation
from walletdesk.conversations.types import FileState, InboundMessage, Recorded, Refused
from walletdesk.kit import clock, ids
from walletdesk.kit.live.types import Credential
from walletdesk.safety import guard
from walletdesk.site import ports

pytestmark = pytest.mark.django_db
TABLES = (
    "contacts_externalidentity",
    "contacts_identitykey",
    "contacts_usedtoken",
    "contacts_contact",
    "contacts_contactsession",
    "personal_identity",
)


def write(phone: Phone, text: str) -> Any:
    assert phone.token is not None
    message = InboundMessage(ids.token_hash(phone.token), phone.conversation, uuid4(), text)
    return record_messages([message])[0]


def wrote(phone: Phone, text: str) -> Phone:
    assert isinstance(write(phone, text), Recorded)
    return phone


def masks(contact: Contact, kind: str) -> list[str]:
    return [shown.mask for shown in masked_identities(contact) if shown.kind == kind]


@pytest.fixture
def server(cast: Cast) -> WalletServer:
    return WalletServer.with_secret(cast.brand)


@pytest.mark.parametrize("make", [WalletServer.with_secret, WalletServer.with_key_pair])
def test_what_a_visitor_wrote_comes_along(cast: Cast, make: Callable[[Any], WalletServer]) -> None:
    wallet = make(cast.brand)
    phone = wrote(Phone().starts(cast.brand), "Where is my deposit?")
    before = replace(phone)
    phone.signs_in(wallet, "ana", language="es-MX", app_version="7.1", device="Pixel 9")
    assert phone.conversation == before.conversation
    assert phone.history() == ["Where is my deposit?"]
    assert before.history() == 401, "the token from before the sign-in is worth nothing"
    conversation = Conversation.objects.select_related("contact").get(ref=phone.conversation)
    known = identity_of(conversation.contact)
    assert (known.verified, known.proofs, known.language) == (True, ("wallet_user",), "es")
    assert (known.device, known.app_version, known.devices) == ("Pixel 9", "7.1", 1)


def test_a_blocked_visitor_who_signs_in_stays_blocked(cast: Cast, server: WalletServer) -> None:
    phone = wrote(Phone().starts(cast.brand), "Insult")
    ref = phone.conversation
    block_contact(
        conversation=Conversation.objects.get(ref=ref),
        membership=cast.supervisor,
        until=clock.now() + timedelta(hours=2),
        reason=guard.check("insults").safe,
    )
    assert write(phone, "More") == Refused("blocked")
    phone.signs_in(server, "ana")
    assert phone.conversation == ref
    assert write(phone, "More") == Refused("blocked")
    unblock_contact(conversation=Conversation.objects.get(ref=ref), membership=cast.supervisor)
    assert isinstance(write(phone, "Sorry"), Recorded)


def test_a_block_that_comes_along_never_shortens_the_one_that_stands(
    cast: Cast, server: WalletServer
) -> None:
    for first, second in ((48, 2), (2, 48)):
        user = f"user-{first}"
        laptop = wrote(Phone().starts(cast.brand).signs_in(server, user), "Hello")
        phone = wrote(Phone().starts(cast.brand), "Insult")
        for device, hours in ((laptop, first), (phone, second)):
            block_contact(
                conversation=Conversation.objects.get(ref=device.conversation),
                membership=cast.supervisor,
                until=clock.now() + timedelta(hours=hours),
                reason=guard.check("insults").safe,
            )
        phone.signs_in(server, user)
        with time_machine.travel(clock.now() + timedelta(hours=3)):
            assert write(laptop, "More") == Refused("blocked")
        unblock_contact(
            conversation=Conversation.objects.get(ref=phone.conversation),
            membership=cast.supervisor,
        )
        assert isinstance(write(laptop, "Sorry"), Recorded)


def test_the_same_customer_on_another_device_has_the_history(
    cast: Cast, server: WalletServer
) -> None:
    phone = wrote(Phone().starts(cast.brand).signs_in(server, "ana"), "From my phone")
    laptop = Phone().signs_in(server, "ana")
    assert laptop.history() == ["From my phone"]
    assert laptop.token != phone.token
    assert ExternalIdentity.objects.count() == 1


def test_without_a_valid_token_there_is_no_history(cast: Cast, server: WalletServer) -> None:
    wrote(Phone().signs_in(server, "ana"), "Ana's secret matter")
    ref = Conversation.objects.latest("pk").ref
    for stranger in (
        Phone().starts(cast.brand),
        Phone().signs_in(server, "berta"),
        Phone().starts(cast.other_brand),
    ):
        assert stranger.history(ref) == 404
    thief = Phone().starts(cast.brand)
    expired = server.token("ana", exp=1)
    assert thief.post("identify", {"token": expired}).status_code == 401
    assert thief.history() == []
    assert thief.history(ref) == 404


def test_a_token_is_good_for_once(cast: Cast, server: WalletServer) -> None:
    token = server.token("ana")
    body = {"token": token, "brand": cast.brand.slug}
    assert Phone().post("identify", body).status_code == 200
    assert Phone().post("identify", body).status_code == 401
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        remove_expired()
        assert not UsedToken.objects.exists()
        assert Phone().post("identify", body).status_code == 401, "it is over by itself"


def test_a_token_of_another_brand_says_nothing(cast: Cast, server: WalletServer) -> None:
    phone = Phone().starts(cast.other_brand)
    assert phone.post("identify", {"token": server.token()}).status_code == 401
    body = {"token": server.token(aud="rival"), "brand": "rival"}
    assert Phone().post("identify", body).status_code == 401


def test_another_user_on_the_same_device_begins_clean(cast: Cast, server: WalletServer) -> None:
    """Two known customers are never merged."""
    phone = wrote(Phone().starts(cast.brand).signs_in(server, "ana"), "Ana's matter")
    anas = replace(phone)
    phone.signs_in(server, "berta")
    assert phone.history() == []
    assert phone.history(anas.conversation) == 404
    assert anas.history() == 401, "Ana's session on this device is gone"
    owner = Conversation.objects.select_related("contact").get(ref=anas.conversation).contact
    assert masks(owner, "external_id") == [mask("external_id", "ana")]


def test_signing_in_again_changes_nothing(cast: Cast, server: WalletServer) -> None:
    phone = wrote(Phone().starts(cast.brand).signs_in(server, "ana"), "Hello")
    before = replace(phone)
    phone.signs_in(server, "ana")
    assert phone == before
    assert ContactSession.objects.filter(contact__verified_at__isnull=False).count() == 1


def test_only_what_began_on_this_device_comes_along(cast: Cast, server: WalletServer) -> None:
    phone = wrote(Phone().starts(cast.brand), "Began on the phone")
    link = phone.post("links", {"conversation": phone.conversation}).json()["url"]
    laptop = Phone()
    laptop.takes(laptop.post("links/opened", {"link": link.partition("#")[2]}))
    second = laptop.post("conversations").json()["conversation"]
    wrote(replace(laptop, conversation=second), "Began on the laptop")

    phone.signs_in(server, "ana")
    assert phone.history() == ["Began on the phone"]
    assert phone.history(second) == 404
    assert laptop.history(second) == ["Began on the laptop"]
    assert laptop.history(phone.conversation) == 404, "the laptop never showed who it is"

    guest = wrote(Phone().starts(cast.brand), "Another visitor")
    link = guest.post("links", {"conversation": guest.conversation}).json()["url"]
    other = Phone()
    other.takes(other.post("links/opened", {"link": link.partition("#")[2]}))
    other.signs_in(server, "berta")
    assert other.history() == [], "what began on the other device stays there"
    assert guest.history() == ["Another visitor"]


@pytest.mark.django_db(transaction=True)
def test_signing_out_destroys(cast: Cast, server: WalletServer) -> None:
    phone = wrote(Phone().starts(cast.brand).signs_in(server, "ana"), "Hello")
    topic = f"conversation:{phone.conversation}"
    assert phone.token is not None
    credential = Credential("bearer", phone.token)
    assert ports.authorise([(credential, topic)]) != [None]
    assert phone.ask("DELETE", "session").status_code == 204
    assert not ContactSession.objects.filter(token_hash=ids.token_hash(phone.token)).exists()
    assert phone.history() == 401
    assert ports.authorise([(credential, topic)]) == [None]
    fresh = Phone().starts(cast.brand)
    assert fresh.history() == []


def test_a_revoked_key_ends_its_sessions(cast: Cast, server: WalletServer) -> None:
    other = WalletServer.with_secret(cast.brand)
    ana = wrote(Phone().starts(cast.brand).signs_in(server, "ana"), "Hello")
    berta = Phone().signs_in(other, "berta")
    waiting = server.token("carla")
    ended = revoke_identity_key(brand=cast.brand, membership=cast.owner, kid=server.kid)
    assert ended >= 1
    assert ana.history() == 401
    assert berta.history() == []
    body = {"token": waiting, "brand": cast.brand.slug}
    assert Phone().post("identify", body).status_code == 401


def test_staff_see_the_change_on_their_screens(cast: Cast, server: WalletServer) -> None:
    """State of the page plus what changed since its cursor is the fresh state."""
    phone = wrote(Phone().starts(cast.brand), "Hello")
    cursor = queries.desk_cursor()
    phone.signs_in(server, "ana")
    assert phone.conversation in queries.changed_since(cast.brand.pk, cursor).refs
    row = queries.get_conversation_for(cast.agent, phone.conversation)
    assert identity_of(row.contact).verified
    assert row.contact.label.startswith("Customer ")


def test_nothing_readable_is_stored(cast: Cast, server: WalletServer) -> None:
    """Neither the wallet's secret nor its user's name can be read in the tables (I09)."""
    secret = server.key.decode()
    Phone().signs_in(server, "ana@example.org", name="Ana Ruiz", email="ana@example.org",
                     phone="+34600123456", wallets=["eip155:1:0x" + "ab" * 20])  # fmt: skip
    contact = Contact.objects.get(verified_at__isnull=False)
    kinds = [shown.kind for shown in masked_identities(contact) if shown.verified]
    assert kinds == ["external_id", "name", "email", "phone", "address"]
    with connection.cursor() as cursor:
        dump = ""
        for table in TABLES:
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM {table} t")  # noqa: S608 - ours
            dump += str(cursor.fetchone()[0])
    for plain in (
        secret,
        secret.encode().hex(),
        "ana@example",
        b"ana@example.org".hex(),
        "Ruiz",
        "600123456",
    ):
        assert plain not in dump
    key = IdentityKey.objects.get(kid=server.kid)
    other = WalletServer.with_secret(cast.brand)
    IdentityKey.objects.filter(kid=other.kid).update(secret=key.secret)
    assert verifying_key(cast.brand, other.kid) is None, "a secret opens in its own row only"
    body = {"token": other.token(), "brand": cast.brand.slug}
    assert Phone().post("identify", body).status_code == 401


def test_visitors_who_left_nothing_are_forgotten(cast: Cast, server: WalletServer) -> None:
    phone = wrote(Phone().starts(cast.brand), "Hello")
    visitor = Conversation.objects.get(ref=phone.conversation).contact_id
    phone.signs_in(server, "ana")
    left = set(Contact.objects.values_list("pk", flat=True)) - {visitor}
    with time_machine.travel(clock.now() + timedelta(days=2)):
        remove_empty_contacts()
    assert set(Contact.objects.values_list("pk", flat=True)) == left


def test_what_staff_noted_about_a_visitor_comes_along(cast: Cast, server: WalletServer) -> None:
    phone = wrote(Phone().starts(cast.brand), "Hello")
    visitor = Conversation.objects.select_related("contact").get(ref=phone.conversation).contact
    said = guard.check("calls from ana@example.org, speaks slowly").safe
    add_contact_note(contact=visitor, membership=cast.agent, text=said)
    before = [note.text for note in notes_of(visitor)]
    phone.signs_in(server, "ana")
    known = Conversation.objects.select_related("contact").get(ref=phone.conversation).contact
    assert known != visitor
    assert [note.text for note in notes_of(known)] == before
    assert [shown.kind for shown in masked_data(known)] == ["email"], "what its token stands for"


def test_what_a_visitor_left_in_a_conversation_outlives_the_visitor(
    cast: Cast, server: WalletServer
) -> None:
    phone = wrote(Phone().starts(cast.brand), "My wallet was emptied, see the picture")
    here = Conversation.objects.get(ref=phone.conversation)
    case = open_case(conversation=here, membership=cast.agent, kind=CaseKind.WALLET_STOLEN)
    picture = Attachment.objects.create(
        ref=ids.new_ref(),
        brand=cast.brand,
        contact=here.contact,
        client_id=uuid4(),
        conversation=here,
        seq=1,
        state=FileState.READY,
        blob=ids.new_ref(),
    )
    phone.signs_in(server, "ana")
    with time_machine.travel(clock.now() + timedelta(days=2)):
        remove_empty_contacts()
    assert SecurityCase.objects.filter(pk=case.pk).exists()
    assert Attachment.objects.filter(pk=picture.pk).exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"token": None},
        {"token": 1},
        {"token": ["a"]},
        {"token": "x" * 5_000},
        {"token": "a.b.c", "brand": "no such brand"},
        {"token": "a.b.c", "user": "ana"},
        {"token": "a.b.c", "email": "ana@example.org"},
    ],
)
def test_strange_bodies(cast: Cast, body: Any) -> None:
    assert Phone().post("identify", body).status_code == 400


def test_tries_are_limited(cast: Cast, server: WalletServer) -> None:
    phone = Phone().starts(cast.brand)
    answers = [phone.post("identify", {"token": "a.b.c"}).status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
    assert Phone().signs_in(server, "ana").token, "others behind the same address go on"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once(cast: Cast) -> None:
    """One of them wins, the other is told that its token is gone; nothing doubles or is lost."""
    server = WalletServer.with_secret(cast.brand)
    for subject in ("ana", "berta", "carla"):
        phone = wrote(Phone().starts(cast.brand), "Hello")
        tokens = [server.token(subject) for _ in range(4)]

        def tab(token: str, phone: Phone = phone) -> Any:
            try:
                return phone.post("identify", {"token": token})
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(tab, tokens))
        assert sorted(a.status_code for a in answers) == [200, 401, 401, 401]
        winner = replace(phone).takes(next(a for a in answers if a.status_code == 200))
        assert winner.history() == ["Hello"]
        spare = tokens[[a.status_code for a in answers].index(401)]
        assert winner.post("identify", {"token": spare}).status_code == 200, "it was not spent"
    assert ExternalIdentity.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_devices_meet_in_one_customer(cast: Cast) -> None:
    """The first sign-in of a user, from two devices at the same moment: one customer, not two."""
    server = WalletServer.with_secret(cast.brand)
    phones = [wrote(Phone().starts(cast.brand), f"From device {n}") for n in range(4)]

    def sign_in(phone: Phone) -> Phone:
        try:
            return phone.signs_in(server, "ana")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sign_in, phones))
    assert ExternalIdentity.objects.count() == 1
    owner = ExternalIdentity.objects.get().contact
    assert Conversation.objects.filter(contact=owner).exclude(status="new").count() == 4
