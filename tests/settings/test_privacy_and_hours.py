"""What a brand keeps and for how long, and what customers are told of its hours."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.cast import Cast, make_customer, reply
from walletdesk.accounts.actions.brand_settings import change_privacy
from walletdesk.accounts.models import AuditEntry
from walletdesk.accounts.queries import privacy_of
from walletdesk.contacts.models import ContactSession
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.retention import remove_past_retention
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.retention import count_past_retention
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.sla.actions import CalendarDraft, create_calendar
from walletdesk.sla.queries import hours_of

MONDAY_NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


def set_privacy(cast: Cast, **fields: int | None) -> None:
    values = {
        "reveals_per_day": 20, "reveal_minutes": 10, "retention_days": 90, "session_days": 30,
    } | fields  # fmt: skip
    version = privacy_of(cast.brand).version
    change_privacy(actor=cast.owner, version=version, **values)  # type: ignore[arg-type]


def test_what_is_older_than_the_brand_keeps_it_goes(cast: Cast) -> None:
    for customer in (cast.customer, cast.other_customer):
        customer.write("hello")
        reply(cast.agent, customer, "hi")
    staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.agent)
    gone, stays = cast.customer.conversation.pk, cast.other_customer.conversation.pk
    set_privacy(cast, retention_days=None)
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        assert remove_past_retention() == 0
        set_privacy(cast)
        assert count_past_retention(cast.brand, 90) == 1
        assert count_past_retention(cast.brand, 92) == 0
        page = cast.client(cast.owner).get("/desk/settings/privacy/").content.decode()
        assert "the next night removes 1 resolved conversation for good" in page
        assert remove_past_retention() == 1
        assert remove_past_retention() == 0
    assert not Conversation.objects.filter(pk=gone).exists()
    assert not Event.objects.filter(conversation=gone).exists()
    assert Event.objects.filter(conversation=stays).count() == 3
    entry = AuditEntry.objects.get(action="retention.removed")
    assert (entry.actor, entry.detail) == (None, {"count": 1, "days": 90})


def test_a_device_is_remembered_as_long_as_the_brand_says(cast: Cast) -> None:
    set_privacy(cast, session_days=3)
    customer = make_customer(cast.brand)
    session = ContactSession.objects.get(contact=customer.contact)
    assert timedelta(days=2.9) < session.expires_at - clock.now() <= timedelta(days=3)


@pytest.mark.parametrize(
    "fields",
    [{"reveals_per_day": 201}, {"reveal_minutes": 0}, {"retention_days": 29}, {"session_days": 31}],
)
def test_numbers_stay_within_their_limits(cast: Cast, fields: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        set_privacy(cast, **fields)
    assert privacy_of(cast.brand).version == 0


def test_customers_are_told_the_hours_of_the_main_calendar(cast: Cast) -> None:
    assert hours_of(cast.brand) is None
    week = ["09:00-18:00"] * 5 + ["", ""]
    create_calendar(actor=cast.owner, draft=CalendarDraft("Office", "Asia/Shanghai", week))
    night = CalendarDraft("Night", "UTC", ["20:00-22:00"] * 7)
    create_calendar(actor=cast.owner, draft=night)
    told = hours_of(cast.brand, MONDAY_NOON)
    assert told is not None
    assert (told.name, told.open) == ("Office", True)
    assert told.changes_at == MONDAY_NOON + timedelta(hours=6)
    assert hours_of(cast.other_brand) is None


@time_machine.travel(MONDAY_NOON, tick=False)
def test_the_preview_says_what_a_customer_would_read(cast: Cast) -> None:
    client = cast.client(cast.owner)
    form = {"name": "Office", "time_zone": "Asia/Shanghai", "day_0": "09:00-11:00", "day_1": "9-5"}
    shown = client.post("/desk/settings/hours/preview", form).content.decode()
    assert "when all hours can be read" in shown
    form["day_1"] = "09:00-17:00"
    shown = client.post("/desk/settings/hours/preview", form).content.decode()
    assert "back on Tuesday at 09:00 (Asia/Shanghai)" in shown
    form |= {"special_0_date": "2026-03-03", "special_0_name": "Holiday", "special_0_hours": ""}
    shown = client.post("/desk/settings/hours/preview", form).content.decode()
    assert "back on March 9, 2026 at 09:00" in shown
    form |= {"special_1_date": "2026-03-02", "special_1_hours": "12:00-13:30"}
    shown = client.post("/desk/settings/hours/preview", form).content.decode()
    assert "We are here until 13:30" in shown
