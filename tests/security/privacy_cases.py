"""Valid addresses and bodies of what guards personal data, for the access matrix."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast
from walletdesk.accounts.watch.models import Alarm, Lock
from walletdesk.cases.actions.opening import open_case
from walletdesk.cases.types import CaseKind
from walletdesk.complaints.actions.handling import acknowledge
from walletdesk.complaints.actions.opening import open_complaint
from walletdesk.complaints.actions.settings import change_rules
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.exports import decide_export, request_export
from walletdesk.conversations.disclosures.models import Export
from walletdesk.conversations.disclosures.types import ExportFormat, ExportWhat
from walletdesk.kit import clock
from walletdesk.safety import guard

REASON = "They asked for a call back"


def an_export(cast: Cast, *, approved: bool = False) -> Export:
    """Return a request of the supervisor, approved by the owner."""
    day = clock.now().date()
    export = request_export(
        membership=cast.supervisor,
        what=ExportWhat.CONVERSATIONS,
        form=ExportFormat.CSV,
        first_day=day,
        last_day=day,
        clear=False,
        reason=guard.check(REASON).safe,
    )
    if approved:
        decide_export(export=export, membership=cast.owner, approve=True)
    return export


def an_alarm(cast: Cast) -> int:
    """Return an alarm about the agent."""
    return Alarm.objects.create(
        brand=cast.brand, member=cast.agent, kind="reveals", count=12, bar=10
    ).pk


def a_lock(cast: Cast) -> int:
    """Return a lock of the agent."""
    lock = Lock.objects.create(brand=cast.brand, member=cast.agent, user=cast.agent.user)
    return lock.pk


def a_case(cast: Cast) -> str:
    """Return the name of a security case of the first customer."""
    cast.customer.write("My wallet was emptied")
    return open_case(
        conversation=cast.customer.now(), membership=cast.agent, kind=CaseKind.WALLET_STOLEN
    ).ref


def a_complaint(cast: Cast, *, lettered: bool = False) -> list[object]:
    """Return the name of a complaint of the first customer, and that of its letter."""
    change_rules(
        membership=cast.owner,
        profile="mica",
        handler="Complaints",
        email="complaints@borealis.example",
        phone="+34 912 345 678",
    )
    cast.customer.write("I want to complain")
    complaint = open_complaint(conversation=cast.customer.now(), membership=cast.agent)
    if not lettered:
        return [complaint.ref]
    if not complaint.letters.exists():
        acknowledge(complaint=complaint, membership=cast.supervisor)
    return [complaint.ref, complaint.letters.get().ref]


def an_item(cast: Cast) -> str:
    """Return how a reveal names an identity of the first customer."""
    row = set_identity(
        contact=cast.customer.contact,
        kind=IdentityKind.EMAIL,
        value="someone@mail.example",
        source=Source.WALLET,
    )
    return f"identity:{row.pk}"


ARGS: dict[str, Callable[[Cast], list[object]]] = {
    "contacts": lambda _cast: [],
    "exports": lambda _cast: [],
    "cases": lambda _cast: [],
    "cases_team": lambda _cast: [],
    "case": lambda cast: [a_case(cast)],
    "case_busy": lambda cast: [a_case(cast)],
    "case_act": lambda cast: [a_case(cast), "take"],
    "case_evidence": lambda cast: [a_case(cast)],
    "complaints": lambda _cast: [],
    "complaints_rules": lambda _cast: [],
    "complaints_report": lambda _cast: [],
    "complaint": a_complaint,
    "complaint_act": lambda cast: [*a_complaint(cast), "category"],
    "complaint_letter": lambda cast: a_complaint(cast, lettered=True),
    "audit": lambda _cast: [],
    "audit_rows": lambda _cast: [],
    "alarms": lambda _cast: [],
    "alarms_waiting": lambda _cast: [],
    "export_decide": lambda cast: [an_export(cast).ref],
    "export_download": lambda cast: [an_export(cast, approved=True).ref],
    "alarm_settle": lambda cast: [an_alarm(cast)],
    "lock_lift": lambda cast: [a_lock(cast)],
}


def body_of(name: str, cast: Cast) -> dict[str, Any] | None:
    """Return a valid body, None for an address that has none of these."""
    if name == "desk:reveal":
        return {"item": an_item(cast), "reason": REASON}
    day = clock.now().date().isoformat()
    period = {"first_day": day, "last_day": day}
    forms: dict[str, dict[str, Any]] = {
        "desk:contacts": {"kind": "email", "value": "someone@mail.example"},
        "desk:exports": {"what": "conversations", "form": "csv", "reason": REASON, **period},
        "desk:export_decide": {"approve": "yes"},
        "desk:export_download": {},
        "desk:cases_team": {"team": ""},
        "desk:case_act": {},
        "desk:case_open": {"kind": "phishing"},
        "desk:complaint_open": {"point": "Nobody answers"},
        "desk:complaint_act": {"category": "fees"},
        "desk:complaints_rules": {
            "profile": "plain",
            "handler": "Complaints",
            "email": "complaints@borealis.example",
            "phone": "+34 912 345 678",
        },
        "desk:case_evidence": {"form": "json", "language": "en"},
        "desk:alarm_settle": {"reason": REASON},
        "desk:lock_lift": {"reason": REASON},
    }
    return {"_form": 1, **forms[name]} if name in forms else None
