"""Keys and sealed fields (catalogue I09, I11), erasure, rotation, the customer's own reading."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.cast import Cast, make_customer, reply
from walletdesk.accounts.models import AuditEntry
from walletdesk.contacts.personal import keys, queries
from walletdesk.contacts.personal.actions.disclosure import Unreadable, disclose
from walletdesk.contacts.personal.actions.erasure import erase_contact
from walletdesk.contacts.personal.actions.identities import (
    adopt_personal_data,
    remove_identity,
    set_identity,
)
from walletdesk.contacts.personal.actions.sealing import rewrap_keys
from walletdesk.contacts.personal.models import ContactKey, Datum, Identity
from walletdesk.contacts.personal.rules import mask
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Event
from walletdesk.conversations.queries import events_after, thread
from walletdesk.conversations.types import Audience, Recorded
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.kit.seal import (
    BadKeyFile,
    CannotOpen,
    add_master,
    ensure_keyring,
    forget_masters,
    new_key,
    open_sealed,
    read_keyring,
    seal,
)
from walletdesk.safety import guard

MAIL = "zanzibar.canary@mail.example"
PHONE = "13812345678"
TEXT = f"I am at {MAIL} or {PHONE}, hash 0x" + "ab" * 32


def opened(cast: Cast, item: str) -> str:
    return disclose(
        contact=cast.customer.contact,
        item=item,
        actor=cast.agent,
        action="contact.revealed",
        subject="test",
        detail={},
    )


def items(cast: Cast) -> dict[str, str]:
    return {m.kind: m.item for m in queries.masked_data(cast.customer.contact)}


# --- fields -------------------------------------------------------------------------------


def test_a_field_opens_with_its_key_in_its_place_only() -> None:
    key = new_key()
    sealed = seal(key, b"value", "here")
    assert len(sealed) == len(b"value") + 28
    assert open_sealed(key, sealed, "here") == b"value"
    assert seal(key, b"value", "here") != sealed
    broken = [(new_key(), sealed, "here"), (key, sealed, "there"), (key, b"", "here")]
    broken += [
        (key, sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], "here")
        for i in range(len(sealed))
    ]
    for wrong in broken:
        with pytest.raises(CannotOpen):
            open_sealed(*wrong)


def test_what_is_moved_to_another_row_or_changed_does_not_open(cast: Cast) -> None:
    cast.customer.write(TEXT)
    cast.other_customer.write(TEXT)
    mine, other = (
        Datum.objects.get(contact=each.contact, kind="email")
        for each in (cast.customer, cast.other_customer)
    )
    assert bytes(mine.sealed) != bytes(other.sealed)
    Datum.objects.filter(pk=mine.pk).update(sealed=other.sealed, sealed_mask=other.sealed_mask)
    with pytest.raises(Unreadable):
        opened(cast, items(cast)["email"])
    assert queries.masked_data(cast.customer.contact)[-1].mask == queries.UNREADABLE
    phone = Datum.objects.get(contact=cast.customer.contact, kind="phone")
    Datum.objects.filter(pk=mine.pk).update(sealed=phone.sealed)
    with pytest.raises(Unreadable):
        opened(cast, items(cast)["email"])
    assert not AuditEntry.objects.exists()  # what was not opened is not told as opened


# --- messages -----------------------------------------------------------------------------


def test_a_message_is_stored_with_tokens_and_read_by_its_customer_as_typed(cast: Cast) -> None:
    message = cast.customer.inbound(TEXT)
    first, again = (record_messages([message])[0] for _ in range(2))
    assert isinstance(first, Recorded)
    assert isinstance(again, Recorded)
    assert first.text == again.text == TEXT
    stored = Event.objects.get(kind="message").text
    assert MAIL not in stored
    assert PHONE not in stored
    assert "0x" + "ab" * 32 in stored
    assert "⟦" in cast.customer.now().preview
    conversation = cast.customer.now()
    staff_sees, customer_sees = (
        thread(conversation, who)[0]["text"] for who in (Audience.STAFF, Audience.CUSTOMER)
    )
    assert (staff_sees, customer_sees) == (stored, TEXT)
    ref = conversation.ref
    fed = events_after([(ref, 0, Audience.STAFF), (ref, 0, Audience.CUSTOMER)], limit=9)
    assert json.loads(fed[0][0][1])["text"] == stored
    assert json.loads(fed[1][0][1])["text"] == TEXT


def test_agents_texts_are_tokenised_too_and_the_same_value_has_one_token(cast: Cast) -> None:
    cast.customer.write(TEXT, f"again {MAIL}")
    reply(cast.agent, cast.customer, f"I will write to {MAIL}")
    staff.add_note(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check(f"called {PHONE}").safe,
    )
    assert Datum.objects.count() == 2
    texts = [event["text"] for event in thread(cast.customer.now(), Audience.STAFF)]
    assert MAIL not in str(texts)
    assert PHONE not in str(texts)
    own = [event["text"] for event in thread(cast.customer.now(), Audience.CUSTOMER)]
    assert f"I will write to {MAIL}" in own


def test_many_in_a_batch_cost_few_statements(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    customers = [make_customer(cast.brand) for _ in range(6)]
    with django_assert_max_num_queries(20):  # type: ignore[operator] # a fixture
        outcomes = record_messages([c.inbound(TEXT) for c in customers])
    assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    assert ContactKey.objects.count() == 6


def test_a_token_of_another_contact_says_nothing(cast: Cast) -> None:
    cast.other_customer.write(TEXT)
    token = Datum.objects.get(kind="email")
    cast.customer.write(f"⟦email:{token.code}⟧ {PHONE}")
    assert MAIL not in str(thread(cast.customer.now(), Audience.CUSTOMER))
    with pytest.raises(NotFound):
        opened(cast, f"email:{token.code}")


# --- identities ---------------------------------------------------------------------------


def test_identities_come_masked_and_are_found_by_their_exact_value(cast: Cast) -> None:
    contact = cast.customer.contact
    for kind, value in (("email", MAIL), ("phone", "+86 138 1234 5678"), ("name", "María Núñez")):
        set_identity(contact=contact, kind=IdentityKind(kind), value=value, source=Source.WALLET)
    masks = {m.kind: (m.mask, m.verified) for m in queries.masked_identities(contact)}
    assert masks == {
        "email": ("z•••@m•••.example", True),
        "phone": ("+86 138 •••• ••78", True),
        "name": ("M. N.", True),
    }
    for kind, value in (("email", MAIL.upper()), ("phone", PHONE), ("phone", "0086-138-12345678")):
        assert [f.contact_id for f in queries.search_exact(cast.brand, kind, value)] == [contact.pk]
    for kind, value in (("email", MAIL[:-1]), ("email", "%"), ("phone", PHONE[:-1])):
        assert queries.search_exact(cast.brand, kind, value) == []
    assert queries.search_exact(cast.other_brand, "email", MAIL) == []


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("email", "a@qq.com", "a•••@q•••.com"),
        ("phone", "+34 612 345 678", "+34 •••• ••78"),
        ("phone", "123", "••••••"),
        ("name", "王小明", "王••"),
        ("address", "1 Main St", "••••••"),
        ("document", "12345678Z", "••••8Z"),
        ("external_id", "ab", "••••"),
        ("email", "no address", "••••••"),
    ],
)
def test_masks(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


def test_staff_who_change_identities_leave_a_trace(cast: Cast) -> None:
    contact, kind = cast.customer.contact, IdentityKind.EMAIL
    made = [
        set_identity(contact=contact, kind=kind, value=MAIL, source=source, actor=actor)
        for source, actor in (
            (Source.STAFF, cast.agent),
            (Source.WALLET, None),
            (Source.STAFF, cast.agent),
        )
    ]
    assert len({row.pk for row in made}) == 1
    row = Identity.objects.get()
    assert row.source == Source.WALLET
    for actor, refusal in (
        (cast.viewer, NotAllowed),
        (cast.stranger, NotFound),
        (cast.agent, NotAllowed),
    ):
        with pytest.raises(refusal):
            remove_identity(contact=contact, identity_id=row.pk, actor=actor)
    remove_identity(contact=contact, identity_id=row.pk)
    entries = list(AuditEntry.objects.values_list("action", "detail"))
    assert entries == [("identity.set", {"kind": "email"})] * 2
    for bad in ("", " \x00", "x" * 501, "\ud800"):
        with pytest.raises(BadInput):
            set_identity(contact=contact, kind=kind, value=bad, source=Source.CUSTOMER)


def test_an_anonymous_contacts_data_goes_along_when_they_become_known(cast: Cast) -> None:
    cast.customer.write(TEXT)
    set_identity(
        contact=cast.customer.contact,
        kind=IdentityKind.NAME,
        value="Li Wei",
        source=Source.CUSTOMER,
    )
    known = make_customer(cast.brand)
    item = items(cast)["email"]
    adopt_personal_data(source=cast.customer.contact, target=known.contact)
    cast.customer.contact = known.contact
    assert opened(cast, item) == MAIL
    assert queries.masked_identities(known.contact)[0].mask == "L. W."


# --- erasure ------------------------------------------------------------------------------


def test_nothing_readable_remains_of_an_erased_contact(cast: Cast) -> None:
    cast.customer.write(TEXT)
    contact, kept = cast.customer.contact, items(cast)
    set_identity(contact=contact, kind=IdentityKind.EMAIL, value=MAIL, source=Source.WALLET)
    backup = list(Datum.objects.all())
    for actor, refusal in (
        (cast.agent, NotAllowed),
        (cast.supervisor, NotAllowed),
        (cast.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            erase_contact(contact=contact, actor=actor, reason="asked")
    for _twice in range(2):
        erase_contact(contact=contact, actor=cast.owner, reason="asked")
    assert [e.action for e in AuditEntry.objects.all()] == ["contact.erased"]
    assert queries.search_exact(cast.brand, "email", MAIL) == []
    Datum.objects.bulk_create(backup)  # as from a backup: without the key it is of no use
    with pytest.raises(Unreadable):
        opened(cast, kept["email"])
    assert MAIL not in str(thread(cast.customer.now(), Audience.CUSTOMER))
    with pytest.raises(Unreadable):
        set_identity(contact=contact, kind=IdentityKind.EMAIL, value=MAIL, source=Source.WALLET)
    reply(cast.agent, cast.customer, f"to {MAIL}")  # written by staff afterwards: no new key
    assert not ContactKey.objects.exists()
    assert MAIL not in str(list(Event.objects.values_list("text", flat=True)))


# --- the dump -----------------------------------------------------------------------------


def test_a_dump_of_the_database_holds_no_personal_data(cast: Cast) -> None:
    """I09, in its every-commit form: all rows of all tables, as text and as bytes."""
    cast.customer.write(TEXT)
    set_identity(
        contact=cast.customer.contact, kind=IdentityKind.EMAIL, value=MAIL, source=Source.WALLET
    )
    reply(cast.agent, cast.customer, f"to {MAIL} and {PHONE}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        dump = ""
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t")  # noqa: S608 - names from the catalogue
            dump += cursor.fetchone()[0] or ""
    for canary in (MAIL, "zanzibar", PHONE, "12345678"):
        assert canary not in dump
        assert canary.encode().hex() not in dump
    assert "Borealis Wallet" in dump


# --- master keys --------------------------------------------------------------------------


@pytest.fixture
def own_keys(tmp_path: Path) -> Iterator[Path]:
    """A key file for one test, because it changes it."""
    path = tmp_path / "keys" / "master.keys"
    ensure_keyring(path)
    before = settings.WALLETDESK
    object.__setattr__(before, "key_path", path)
    yield path
    object.__setattr__(before, "key_path", None)


def test_rotation_goes_on_where_it_stopped_and_forgets_nothing_in_use(
    cast: Cast, own_keys: Path
) -> None:
    customers = [cast.customer, *(make_customer(cast.brand) for _ in range(4))]
    record_messages([c.inbound(TEXT) for c in customers])
    first = read_keyring(own_keys)
    second = add_master(own_keys)
    assert second.hashing == first.hashing
    assert rewrap_keys(at_once=3) == 3
    assert (rewrap_keys(at_once=3), rewrap_keys(at_once=3)) == (2, 0)
    assert set(ContactKey.objects.values_list("master", flat=True)) == {second.current}
    assert queries.old_keys() == 0
    forget_masters(own_keys)
    assert opened(cast, items(cast)["email"]) == MAIL
    record_messages([cast.customer.inbound(f"still {MAIL}")])
    assert Datum.objects.filter(contact=cast.customer.contact).count() == 2


def test_a_key_file_is_private_whole_and_never_replaced(tmp_path: Path, own_keys: Path) -> None:
    before = own_keys.read_bytes()
    ensure_keyring(own_keys)
    assert own_keys.read_bytes() == before
    assert own_keys.stat().st_mode & 0o077 == 0
    for bad in (b"", b"master x\n", b"\xff", before.replace(b"hashing", b"other"), before[:-9]):
        own_keys.write_bytes(bad)
        with pytest.raises(BadKeyFile):
            read_keyring(own_keys)
    own_keys.unlink()
    with pytest.raises(BadKeyFile):
        keys.keyring()


def test_a_key_under_a_lost_master_says_so(cast: Cast, own_keys: Path) -> None:
    cast.customer.write(TEXT)
    own_keys.unlink()
    ensure_keyring(own_keys)
    with pytest.raises(CannotOpen):
        queries.data_keys([cast.customer.contact.pk])


def test_only_listed_modules_open_sealed_fields() -> None:
    root = Path(__file__).parents[2]
    lint = [sys.executable, str(root / "tools/lints/sealed_fields.py")]
    clean = subprocess.run([*lint, str(root / "src")], capture_output=True, text=True, check=False)
    assert (clean.returncode, clean.stdout) == (0, "")


def test_the_lint_finds_every_way_around(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    page = tmp_path / "walletdesk" / "web" / "desk" / "page.py"
    page.parent.mkdir(parents=True)
    for source in (
        "from walletdesk.kit.seal import open_sealed",
        "from walletdesk.contacts.personal import keys",
        "from walletdesk.contacts.personal.keys import open_mask as m",
        "from walletdesk.contacts.personal.actions.disclosure import disclose",
        "x.open_value(1)",
        "from walletdesk.contacts.personal.own_words import restore as r",
        "from walletdesk.kit.seal import *",
    ):
        page.write_text(source)
        done = subprocess.run(
            [
                sys.executable,
                str(root / "tools/lints/sealed_fields.py"),
                str(tmp_path),
            ],
            check=False,
            capture_output=True,
        )
        assert done.returncode == 1, source


def test_the_customers_own_pages_show_what_they_typed(cast: Cast) -> None:
    cast.customer.write(TEXT)
    headers = {"Authorization": f"Bearer {cast.customer.token}"}
    path = f"/chat/v1/events?conversation={cast.customer.conversation.ref}"
    told = Client().get(path, headers=headers).json()["events"]
    assert told[0]["text"] == TEXT
