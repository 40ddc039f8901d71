"""A complaint about something that an agent handled, and people who had nothing to do with it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast, reply
from walletdesk.accounts.models import Membership
from walletdesk.complaints.actions.opening import open_complaint
from walletdesk.complaints.actions.settings import change_rules
from walletdesk.complaints.models import Complaint
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

POINT = "My transfer stood still for nine days and nobody told me anything."
WHY = "We looked at every message and at the record of the transfer itself."
REMEDY = "We give the fee of the transfer back to you and we are sorry for the delay."


def safe(text: str) -> SafeText:
    return guard.check(text).safe


def named(cast: Cast, profile: str = "mica") -> None:
    """Name who handles complaints, and choose the law."""
    change_rules(
        membership=cast.owner,
        profile=profile,
        handler="Ines Prado, complaints",
        email="complaints@borealis.example",
        phone="+34 912 345 678",
    )


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """A complaint in the chat, about what Alex (the agent) answered."""
    named(cast)
    cast.customer.write("Where is my transfer?")
    cast.customer.ask_for_person()
    reply(cast.agent, cast.customer, "Please wait.")
    return open_complaint(
        conversation=cast.customer.now(), membership=cast.agent, point=safe(POINT)
    )


@pytest.fixture
def act(cast: Cast, complaint: Complaint) -> Callable[..., Any]:
    """Do something with the complaint as its page does."""

    def perform(who: Membership, what: str, **fields: object) -> Any:
        return cast.client(who).post(f"/desk/complaints/{complaint.ref}/do/{what}", fields)

    return perform


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_related("brand", "conversation", "investigator").get(
        pk=complaint.pk
    )
