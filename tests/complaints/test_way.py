"""A complaint from the receipt to the decision, by the rules; and who may not."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from time_machine import travel

from tests.cast import Cast, reply
from tests.complaints.conftest import POINT, REMEDY, WHY, fresh, named, safe
from walletdesk.accounts.models import AuditEntry
from walletdesk.complaints import rules
from walletdesk.complaints.actions import deciding, handling, opening, watching
from walletdesk.complaints.actions.refusals import (
    Involved,
    NoHandler,
    NotInvestigator,
    NotNow,
    OtherLanguage,
    PointsOpen,
    TooLate,
)
from walletdesk.complaints.models import Complaint, ComplaintRules, ComplaintStep
from walletdesk.complaints.queries import (
    complaint_of,
    figures_of,
    handlers_of,
    investigators_for,
    steps_of,
)
from walletdesk.complaints.types import Category, Finding, Outcome, content_of
from walletdesk.conversations import queries
from walletdesk.conversations.actions.customer import start_conversation
from walletdesk.conversations.actions.merge import merge_conversations
from walletdesk.conversations.models import Mention
from walletdesk.conversations.types import Audience, Kind
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound

# Delegated Regulation (EU) 2025/294, article 4: what an acknowledgement holds.
DEMANDED = {
    "handler": "name or identity of the person or department",
    "handler_email": "its e-mail",
    "handler_phone": "its telephone",
    "received": "date of receipt",
    "answer_by": "time frame",
    "admissible": "whether the complaint is admissible",
    "free": "that it costs nothing",
}


def investigated(cast: Cast, complaint: Complaint) -> None:
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    handling.choose_investigator(
        complaint=complaint, membership=cast.supervisor, person=cast.colleague
    )


def answer_all(cast: Cast, complaint: Complaint) -> None:
    for point in complaint.points.all():
        handling.answer_point(
            complaint=complaint,
            membership=cast.colleague,
            point_id=point.pk,
            finding=Finding.PARTLY,
            answer=safe("It took nine days because we asked the other side only on the eighth."),
        )


def test_from_the_receipt_to_the_decision(cast: Cast, complaint: Complaint) -> None:
    assert (complaint.state, complaint.language, complaint.profile) == ("received", "en", "mica")
    assert [step.code for step in steps_of(complaint)] == ["acknowledge", "investigate", "respond"]
    investigated(cast, complaint)
    with pytest.raises(PointsOpen):
        deciding.decide_complaint(
            complaint=complaint,
            membership=cast.colleague,
            outcome=Outcome.UPHELD,
            reasons=safe(WHY),
            remedies=safe(REMEDY),
        )
    answer_all(cast, complaint)
    deciding.decide_complaint(
        complaint=complaint,
        membership=cast.colleague,
        outcome=Outcome.PARTLY,
        reasons=safe(WHY),
        remedies=safe(REMEDY),
    )
    now = fresh(complaint)
    assert (now.state, now.outcome) == ("closed", "partly")
    assert all(step.done_at for step in steps_of(now))
    kinds = [letter.kind for letter in now.letters.order_by("pk")]
    assert kinds == ["acknowledgement", "decision"]
    said = [e["text"] for e in queries.thread(cast.customer.now(), Audience.CUSTOMER) if e["text"]]
    assert all(part in said[-1] for part in (POINT, WHY, REMEDY, "ESMA", "Point 1", "in part"))
    assert not any(
        e["kind"] == Kind.COMPLAINT for e in queries.thread(cast.customer.now(), Audience.CUSTOMER)
    )
    assert {e.action for e in AuditEntry.objects.filter(action__startswith="complaint.")} == {
        "complaint.rules_changed", "complaint.opened", "complaint.letter_sent",
        "complaint.assigned", "complaint.closed",
    }  # fmt: skip
    with pytest.raises(NotNow):
        handling.add_point(complaint=complaint, membership=cast.colleague, text=safe("More"))


def test_the_acknowledgement_holds_all_that_the_rule_names(
    cast: Cast, complaint: Complaint
) -> None:
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    content = content_of(complaint.letters.get().content)
    told = {code: value for code, _label, value in content.facts}
    assert set(DEMANDED) <= set(told) == set(rules.ACKNOWLEDGED_WITH)
    assert all(told[code] for code in DEMANDED)
    assert "Ines Prado" in told["handler"]
    assert "complaints@borealis.example" in told["handler_email"]
    assert "+34 912 345 678" in told["handler_phone"]
    assert ("point", POINT) in content.appendix  # the copy
    assert told["page"].startswith("⟦link:")  # no row holds the page's address in clear


def test_letters_speak_the_complainants_language(cast: Cast, complaint: Complaint) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(language="es")
    with translation.override("zh-hans"):
        handling.acknowledge(complaint=fresh(complaint), membership=cast.supervisor)
    assert complaint.letters.get().language == "es"
    with pytest.raises(OtherLanguage):
        handling.ask_complainant(
            complaint=fresh(complaint),
            membership=cast.supervisor,
            text=safe("Please send us the statement of your bank from the month of October."),
        )
    handling.ask_complainant(
        complaint=fresh(complaint),
        membership=cast.supervisor,
        text=safe("Le rogamos que nos envíe el extracto de su banco del mes de octubre."),
    )


def test_who_handled_the_matter_does_not_investigate_it(cast: Cast, complaint: Complaint) -> None:
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    assert handlers_of(complaint) == {cast.agent.pk}
    offered = investigators_for(complaint)
    assert cast.agent not in offered
    assert cast.colleague in offered
    assert cast.viewer not in offered
    give = {"complaint": complaint, "membership": cast.supervisor}
    with pytest.raises(Involved):
        handling.choose_investigator(**give, person=cast.agent)
    with pytest.raises(NotFound):
        handling.choose_investigator(**give, person=cast.stranger)
    with pytest.raises(NotAllowed):
        handling.choose_investigator(
            complaint=complaint, membership=cast.agent, person=cast.colleague
        )
    handling.choose_investigator(**give, person=cast.colleague)
    assert Mention.objects.filter(membership=cast.colleague).exists()
    with pytest.raises(NotInvestigator):
        handling.answer_point(
            complaint=complaint,
            membership=cast.supervisor,
            point_id=complaint.points.get().pk,
            finding=Finding.UPHELD,
            answer=safe(WHY),
        )
    # an earlier conversation, in which the investigator acted, turns out to belong to it
    cast.other_customer.write("Hello")
    reply(cast.colleague, cast.other_customer, "Hello")
    with pytest.raises(Involved):
        handling.add_subject(
            complaint=complaint, membership=cast.agent, other=cast.other_customer.now()
        )
    assert not complaint.subjects.exists()
    # what is written while the complaint runs makes nobody involved
    assert handlers_of(fresh(complaint)) == {cast.agent.pk}


def test_being_given_a_conversation_counts_too(cast: Cast) -> None:
    from walletdesk.conversations.actions.staff import hand_over_conversation  # noqa: PLC0415

    named(cast)
    cast.customer.write("Help")
    reply(cast.agent, cast.customer, "Wait")
    hand_over_conversation(
        conversation=cast.customer.now(), membership=cast.agent, to=cast.colleague
    )
    complaint = opening.open_complaint(
        conversation=cast.customer.now(), membership=cast.supervisor, point=safe(POINT)
    )
    assert handlers_of(complaint) == {cast.agent.pk, cast.colleague.pk}


def test_the_receipt_never_changes(cast: Cast, complaint: Complaint) -> None:
    with pytest.raises(DatabaseError, match="receipt"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(received_at=clock.now())
    again = opening.open_complaint(
        conversation=cast.customer.now(), membership=cast.supervisor, point=safe("Another")
    )
    assert again.pk == complaint.pk


@pytest.mark.parametrize("days", [61, -1])
def test_a_receipt_lies_in_the_near_past(cast: Cast, complaint: Complaint, days: int) -> None:
    cast.other_customer.write("Hello")
    with pytest.raises(BadInput):
        opening.open_complaint(
            conversation=cast.other_customer.now(),
            membership=cast.agent,
            point=safe(POINT),
            received_at=clock.now() - timedelta(days=days),
        )


def test_not_admissible_needs_a_reason_and_ends_it(cast: Cast, complaint: Complaint) -> None:
    with pytest.raises(BadInput):
        handling.refuse_complaint(
            complaint=complaint, membership=cast.supervisor, reasons=safe("  ")
        )
    with pytest.raises(NotAllowed):
        handling.refuse_complaint(complaint=complaint, membership=cast.agent, reasons=safe(WHY))
    handling.refuse_complaint(complaint=complaint, membership=cast.supervisor, reasons=safe(WHY))
    assert (fresh(complaint).state, fresh(complaint).outcome) == ("closed", "inadmissible")
    assert WHY in str(complaint.letters.get().content)


def test_without_a_named_handler_no_letter_leaves(cast: Cast, complaint: Complaint) -> None:
    ComplaintRules.objects.all().delete()
    with pytest.raises(NoHandler):
        handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    assert fresh(complaint).state == "received"
    deciding.withdraw_complaint(complaint=complaint)
    deciding.withdraw_complaint(complaint=complaint)
    assert fresh(complaint).outcome == "withdrawn"


def test_longer_than_promised_needs_reasons_and_a_date(cast: Cast) -> None:
    named(cast, "plain")
    cast.customer.write("I complain")
    complaint = opening.open_complaint(
        conversation=cast.customer.now(), membership=cast.agent, point=safe(POINT)
    )
    due = ComplaintStep.objects.get(complaint=complaint, code="respond").due_at
    hold = {"complaint": complaint, "membership": cast.supervisor, "reasons": safe(WHY)}
    with pytest.raises(BadInput):
        handling.hold_complaint(**hold, answer_by=due - timedelta(days=1))
    with pytest.raises(TooLate):
        handling.hold_complaint(**hold, answer_by=due + timedelta(days=40))
    handling.hold_complaint(**hold, answer_by=due + timedelta(days=10))
    moved = ComplaintStep.objects.get(complaint=complaint, code="respond")
    assert moved.due_at == due + timedelta(days=10)
    assert moved.warn_at < moved.due_at
    assert WHY in str(complaint.letters.get().content)


def test_what_is_decided_within_three_business_days_is_a_summary_resolution(cast: Cast) -> None:
    named(cast, "fca-disp")
    london = ZoneInfo("Europe/London")
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=london)
    for who, days, title in (
        (cast.customer, 5, "Summary resolution"),
        (cast.other_customer, 6, "Our final answer"),
    ):
        with travel(friday, tick=False):
            who.write("I complain")
            reply(cast.agent, who, "Oh")
            complaint = opening.open_complaint(
                conversation=who.now(), membership=cast.agent, point=safe(POINT)
            )
            investigated(cast, complaint)
            answer_all(cast, complaint)
        with travel(friday + timedelta(days=days), tick=False):  # Wednesday; Thursday
            deciding.decide_complaint(
                complaint=complaint,
                membership=cast.colleague,
                outcome=Outcome.NOT_UPHELD,
                reasons=safe(WHY),
                remedies=safe(""),
            )
        content = content_of(complaint.letters.get(kind="decision").content)
        assert content.title.startswith(title)
        assert "Ombudsman" in str(content.sections)


def test_deadlines_are_told_before_and_after_each_once(cast: Cast, complaint: Complaint) -> None:
    step = ComplaintStep.objects.get(complaint=complaint, code="acknowledge")
    assert not watching.tell_deadlines()
    before = Mention.objects.count()
    with travel(step.warn_at + timedelta(minutes=1), tick=False):
        for _again in range(3):
            watching.tell_deadlines()
    leads = {cast.supervisor.pk, cast.owner.pk}
    entry = complaint.entries.get(code="deadline_near")
    assert set(entry.detail["told"]) == {"Samira", "Olivia"}
    assert Mention.objects.count() == before + 2
    assert set(Mention.objects.order_by("-pk").values_list("membership", flat=True)[:2]) == leads
    with travel(step.due_at + timedelta(minutes=1), tick=False):
        for _again in range(2):
            watching.tell_deadlines()
    assert complaint.entries.filter(code="deadline_missed").count() == 1
    # what is done in time is never told
    deciding.withdraw_complaint(complaint=complaint)
    with travel(clock.now() + timedelta(days=300), tick=False):
        watching.tell_deadlines()
    assert complaint.entries.filter(code__startswith="deadline").count() == 2


def test_a_complaint_follows_its_conversation_into_another(
    cast: Cast, complaint: Complaint
) -> None:
    other = start_conversation(contact=cast.customer.contact, language="en")
    later = replace(cast.customer, conversation=other)
    later.write("I wrote before")
    merge_conversations(conversation=cast.customer.now(), membership=cast.agent, into=later.now())
    assert complaint_of(later.now()) == complaint
    handling.acknowledge(complaint=fresh(complaint), membership=cast.supervisor)
    assert "received your complaint" in queries.thread(later.now(), Audience.CUSTOMER)[-1]["text"]
    deciding.withdraw_complaint(complaint=fresh(complaint))
    assert fresh(complaint).outcome == "withdrawn"


def test_the_statistics_of_a_period(cast: Cast, complaint: Complaint) -> None:
    began = complaint.received_at
    with travel(began + timedelta(days=2), tick=False):
        investigated(cast, complaint)
    with travel(began + timedelta(days=70), tick=False):
        answer_all(cast, complaint)
        deciding.decide_complaint(
            complaint=complaint,
            membership=cast.colleague,
            outcome=Outcome.UPHELD,
            reasons=safe(WHY),
            remedies=safe(REMEDY),
        )
        handling.set_category(
            complaint=complaint, membership=cast.agent, category=Category.TRANSFER
        )
        found = figures_of(cast.supervisor, began - timedelta(days=1), clock.now())
        with pytest.raises(NotFound):
            figures_of(cast.agent, began, clock.now())
        assert figures_of(cast.stranger, began, clock.now()).received == 0
    assert (found.received, found.open) == (1, 0)
    assert [(one.done, one.late) for one in found.steps] == [(1, 0), (1, 1), (1, 1)]
    assert [round((one.seconds or 0) / 86_400) for one in found.steps] == [2, 68, 0]
    assert (found.categories, found.outcomes) == ({"transfer": 1}, {"upheld": 1})
