"""A case from the first alarm to the end, over its pages; and who may not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob
from time_machine import travel

from tests.cases.conftest import ADDRESS, Shown
from tests.cases.test_rules import account, approval, taken
from tests.cast import Cast, make_customer, reply
from tests.identity.wallets import Phone, WalletServer
from walletdesk.accounts.models import AuditEntry, Team
from walletdesk.cases import tasks, texts
from walletdesk.cases.actions import opening
from walletdesk.cases.actions.follow_ups import remind_due
from walletdesk.cases.actions.wallet import begin_attempt
from walletdesk.cases.models import CaseRisk, FollowUp, SecurityCase, WalletOrder
from walletdesk.cases.queries import accounts_of, cases_of, count_cases
from walletdesk.cases.types import CaseKind
from walletdesk.conversations import queries
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.customer import start_conversation
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.actions.merge import merge_conversations
from walletdesk.conversations.models import Conversation, Mention
from walletdesk.conversations.types import Audience, InboundMessage, Kind, Urgency
from walletdesk.kit import clock
from walletdesk.kit.ids import token_hash
from walletdesk.kit.outbox.actions import handle_next

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def page(cast: Cast, case: SecurityCase, who: Any = None) -> str:
    return cast.client(who or cast.agent).get(f"/desk/cases/{case.ref}/").content.decode()


def fresh(case: SecurityCase) -> SecurityCase:
    return SecurityCase.objects.get(pk=case.pk)


def states(case: SecurityCase) -> dict[str, str]:
    return dict(case.steps.values_list("code", "state"))


def drain() -> None:
    while handle_next():
        pass


def test_a_topic_opens_one_case_warns_and_calls_the_security_team(cast: Cast, shown: Shown) -> None:
    team = Team.objects.create(brand=cast.brand, name="Security")
    guardian, away = cast.colleague, cast.agent
    guardian.team = team
    guardian.save()
    cast.customer.write(f"我的钱包被盗了 {ADDRESS}")
    cast.customer.ask_for_person()
    conversation = cast.customer.now()
    conversation.language = "zh-hans"
    conversation.save()
    for _again in range(2):
        describe_conversation(
            conversation=conversation, membership=away, field="topic", value="wallet_stolen"
        )
        drain()
    case = SecurityCase.objects.get()
    here = cast.customer.now()
    assert (case.kind, case.team, here.urgency, here.team) == ("wallet_stolen", team, 3, team)
    assert [row.text for row in case.references.all()] == [ADDRESS]
    assert states(case)["second_scam"] == "done"
    told = queries.thread(here, Audience.CUSTOMER)
    with translation.override("zh-hans"):
        warning = texts.second_scam(cast.brand.name)
    assert [event["text"] for event in told].count(warning) == 1
    assert not any(event["kind"] == Kind.CASE for event in told)
    assert [row.membership for row in Mention.objects.all()] == [guardian]
    # a closed case is not opened again by the same topic
    SecurityCase.objects.update(state="closed", closed_at=clock.now())
    opening.open_for_topic(conversation_id=here.pk)
    assert SecurityCase.objects.count() == 1


def test_a_caught_secret_opens_a_case_and_is_known_again(cast: Cast, shown: Shown) -> None:
    other = cast.other_customer
    for customer in (cast.customer, other):
        customer.write(f"my phrase is {PHRASE}")
        for _again in range(2):
            opening.open_for_secret(
                conversation_id=customer.conversation.pk,
                seq=1,
                kinds=["seed_phrase"],
                fingerprint="f" * 64,
            )
    first, second = SecurityCase.objects.order_by("pk")
    assert first.kind == second.kind == "secret_caught"
    assert second.entries.filter(code="same_secret").count() >= 1
    shown_page = page(cast, second)
    assert "The same secret was caught before" in shown_page
    assert "sausage" not in shown_page
    assert "f" * 64 not in shown_page
    opening.open_for_secret(conversation_id=10**9, seq=1, kinds=[], fingerprint="x")


def test_from_emptied_to_closed(cast: Cast, case: SecurityCase, shown: Shown, act: Any) -> None:
    assert act(cast.agent, "take").status_code == 302
    assert fresh(case).assignee == cast.agent
    assert cast.customer.now().assignee == cast.agent
    assert act(cast.colleague, "take").status_code == 409

    act(cast.agent, "warn")
    act(cast.agent, "role", id=case.references.get().pk, role="victim")
    tx = "0x" + "1" * 64
    act(cast.agent, "references", text=f"tx hash {tx}", role="other")
    theft = taken()
    shown.seen = [theft, account(approvals=[approval()], balance=10**18)]
    tasks.read_chain(case.pk)
    assert shown.asked[1] == [theft.rows("transfers")[0]["from"]]
    now = fresh(case)
    assert (now.cause, now.confidence, now.silent) == ("approval", "certain", ["tron"])
    assert states(case)["classify"] == "done"
    text = page(cast, case)
    assert "An approval was misused" in text
    assert "may take" in text
    assert "1 ETH still there" in text

    refused = act(cast.agent, "close", outcome="rest_saved", note="")
    assert refused.status_code == 409
    assert "not settled yet" in refused.content.decode()
    nothing = act(cast.agent, "step", code="freeze_account", state="not_possible", note="")
    assert nothing.status_code == 400
    for code in ("stop_deposits", "move_rest"):
        act(cast.agent, "step", code=code, state="done", note="")
    act(cast.agent, "step", code="freeze_account", state="not_possible",
        note="No account, call +44 20 7946 0018")  # fmt: skip
    assert "7946" not in page(cast, case)
    assert act(cast.agent, "close", outcome="lost").status_code == 409

    shown.seen = [theft, account(approvals=[], balance=0)]  # taken back, and moved
    tasks.read_chain(case.pk)
    assert set(CaseRisk.objects.values_list("gone", "state")) == {(True, "saved")}
    act(cast.agent, "follow-up", days="7", note="Ask about the police")
    assert act(cast.agent, "close", outcome="rest_saved", note="ok").status_code == 302
    assert fresh(case).state == "closed"
    assert act(cast.agent, "step", code="police", state="done").status_code == 409
    assert FollowUp.objects.get().done_at is not None
    act(cast.agent, "reopen")
    assert fresh(case).state == "working"
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"case.opened", "case.closed"} <= actions


def planned_readings() -> int:
    return ProcrastinateJob.objects.filter(task_name=opening.CHECK_JOB).count()


def test_silent_networks_take_no_risk_away_and_a_person_outweighs_the_chain(
    cast: Cast, case: SecurityCase, shown: Shown, act: Any
) -> None:
    case.references.update(text=account().reference)
    shown.seen = [account(approvals=[approval()])]
    tasks.read_chain(case.pk)
    shown.seen = []
    before = planned_readings()
    tasks.read_chain(case.pk)
    assert CaseRisk.objects.get().gone is False
    assert planned_readings() == before + 1, "it is read again by itself while it is young"
    SecurityCase.objects.update(created_at=clock.now() - timedelta(hours=2))
    tasks.read_chain(case.pk)
    assert planned_readings() == before + 1
    assert act(cast.agent, "cause", cause="fake_app", why="x").status_code == 400
    act(cast.agent, "cause", cause="fake_app", why="They installed it from an ad")
    shown.seen = [account(approvals=[approval()])]
    tasks.read_chain(case.pk)
    assert fresh(case).cause == "fake_app"
    assert "said by Alex" in page(cast, case)
    act(cast.agent, "risk", id=CaseRisk.objects.get().pk, state="given_up")
    assert states(case)["settle_risks"] == "done"
    assert act(cast.agent, "risk", id=10**15, state="saved").status_code == 404


def test_a_follow_up_comes_up_once_where_its_person_looks(
    cast: Cast, case: SecurityCase, act: Any
) -> None:
    act(cast.agent, "take")
    for due in ("", "2020-01-01", "9999-99-99", "x\x00"):
        assert act(cast.agent, "follow-up", due=due).status_code == 400
    assert act(cast.agent, "follow-up", days="9" * 30).status_code == 400
    act(cast.agent, "follow-up", days="1", note="Call again")
    assert remind_due() == 0
    with travel(clock.now() + timedelta(days=2), tick=False):
        assert (remind_due(), remind_due()) == (1, 0)
        assert count_cases(cast.agent)["due"] == 1
        assert "Due" in cast.client(cast.agent).get("/desk/cases/?view=due").content.decode()
        mentions = Mention.objects.filter(membership=cast.agent)
        assert mentions.count() == 1
        act(cast.agent, "followed-up", id=FollowUp.objects.get().pk)
        assert count_cases(cast.agent)["due"] == 0


def test_who_may_not(cast: Cast, case: SecurityCase, act: Any) -> None:
    for what in ("take", "warn", "check", "wait", "close", "order", "reopen"):
        fields = {"outcome": "lost", "kind": "freeze"}
        assert act(cast.viewer, what, **fields).status_code == 403, what
        assert act(cast.stranger, what, **fields).status_code == 404, what
    assert act(cast.agent, "nothing").status_code == 404
    assert cast.client(cast.viewer).get(f"/desk/cases/{case.ref}/").status_code == 200
    assert "case-form" not in page(cast, case, cast.viewer)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("step", {"code": "nope", "state": "done"}),
        ("step", {"code": "police", "state": "\x00"}),
        ("step", {"code": "police", "state": "done", "note": "x" * 5000}),
        ("role", {"id": "9" * 25, "role": "victim"}),
        ("role", {"id": "-1", "role": "victim"}),
        ("role", {"id": "1", "role": "king"}),
        ("references", {"text": "nothing here", "role": "other"}),
        ("references", {"text": f"{PHRASE} \ud800", "role": "other"}),
        ("cause", {"cause": "x", "why": "long enough a reason"}),
        ("decide", {"order": "x", "approve": "maybe"}),
        ("conversation", {"ref": "\x00"}),
        ("order", {"kind": "freeze", "account": "identity:1\x00", "reason": "long enough"}),
    ],
)
def test_hostile_input_is_refused(act: Any, cast: Cast, what: str, fields: dict[str, str]) -> None:
    fields = {k: v.encode("utf-8", "replace").decode() for k, v in fields.items()}
    answer: Any = act(cast.agent, what, **fields)
    assert answer.status_code in {400, 404}
    assert "sausage" not in answer.content.decode()


def test_the_page_state_and_the_events_since_its_cursor_are_the_fresh_page(
    cast: Cast, case: SecurityCase, act: Any
) -> None:
    before = cast.customer.now()
    old = queries.thread(before, Audience.STAFF)
    act(cast.agent, "take")
    act(cast.agent, "warn")
    act(cast.agent, "close", outcome="false_alarm", note="")
    here = cast.customer.now()
    since = queries.events_after([(here.ref, before.last_seq, Audience.STAFF)], limit=20)[0]
    news = [msgspec.json.decode(data) for _, data in since]
    assert queries.thread(here, Audience.STAFF) == old + news
    assert [e["staff_data"]["state"] for e in news if e["kind"] == "case"] == ["taken", "closed"]
    seen_by_customer = queries.thread(here, Audience.CUSTOMER)
    assert "case" not in {e["kind"] for e in seen_by_customer}


def test_the_list_takes_as_many_queries_for_ten_cases_as_for_one(
    cast: Cast, case: SecurityCase
) -> None:
    client = cast.client(cast.supervisor)

    def queries_of() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/desk/cases/?view=all").status_code == 200
        return len(captured)

    queries_of()
    one = queries_of()
    for _number in range(9):
        customer = make_customer(cast.brand)
        customer.write("stolen")
        opening.open_case(
            conversation=customer.now(), membership=cast.agent, kind=opening.CaseKind.PHISHING
        )
    assert queries_of() == one <= 9


def test_the_panel_opens_a_case_and_leads_to_it(cast: Cast, shown: Shown) -> None:
    cast.customer.write("strange link")
    cast.customer.ask_for_person()
    ref = cast.customer.conversation.ref
    client = cast.client(cast.agent)
    panel = f"/desk/c/{ref}/panel"
    assert "Open a security case" in client.get(panel).content.decode()
    for _twice in range(2):
        answer = client.post(f"/desk/c/{ref}/case", {"kind": "phishing"})
        assert answer["Location"].startswith("/desk/cases/")
    case = SecurityCase.objects.get()
    assert case.ref in client.get(panel).content.decode()
    assert "/desk/cases/" in client.get("/desk/all/").content.decode()
    assert cast.client(cast.stranger).get(f"/desk/cases/{case.ref}/").status_code == 404
    assert client.post(f"/desk/c/{ref}/case", {"kind": "x"}).status_code == 400


def test_another_conversation_joins_and_a_merged_one_keeps_its_case(
    cast: Cast, case: SecurityCase, act: Any
) -> None:
    second = start_conversation(contact=cast.customer.contact, language="en")
    cast.customer.conversation = second
    cast.customer.write("also this one 0x" + "ef" * 20)
    cast.customer.ask_for_person()
    assert act(cast.agent, "conversation", ref=second.ref).status_code == 302
    assert [one.pk for one in cases_of(cast.customer.now())] == [case.pk]
    assert case.references.count() == 2
    other = cast.other_customer
    other.write("hello")
    assert act(cast.agent, "conversation", ref=other.conversation.ref).status_code == 404


def test_what_is_done_with_a_case_reaches_the_conversation_in_which_it_goes_on(
    cast: Cast, case: SecurityCase, act: Any
) -> None:
    stolen = cast.customer.now()
    kept = start_conversation(contact=cast.customer.contact, language="en")
    cast.customer.conversation = kept
    cast.customer.write("me again")
    merge_conversations(conversation=stolen, into=cast.customer.now(), membership=cast.agent)
    assert act(cast.agent, "take").status_code == 302
    assert cast.customer.now().assignee == cast.agent
    assert act(cast.agent, "warn").status_code == 302
    told = queries.thread(cast.customer.now(), Audience.CUSTOMER)
    assert texts.second_scam(cast.brand.name) in [event["text"] for event in told]


def test_what_calls_for_a_case_is_not_lost_by_a_merge_before_it_was_handled(
    cast: Cast, shown: Shown
) -> None:
    cast.customer.write("somebody emptied my wallet 0x" + "ef" * 20)
    merged = cast.customer.now()
    Conversation.objects.filter(pk=merged.pk).update(topic="wallet_stolen")
    kept = start_conversation(contact=cast.customer.contact, language="en")
    cast.customer.conversation = kept
    cast.customer.write("me again")
    merge_conversations(conversation=merged, into=cast.customer.now(), membership=cast.agent)
    for _again in range(2):
        opening.open_for_secret(
            conversation_id=merged.pk, seq=1, kinds=["seed_phrase"], fingerprint="f" * 64
        )
        opening.open_for_topic(conversation_id=merged.pk)
    secret, theft = SecurityCase.objects.order_by("pk")
    assert (secret.kind, theft.kind) == ("secret_caught", "wallet_stolen")
    for case in (secret, theft):
        assert case.conversation == kept
        assert case.references.get().seq is None, "the number is one of another conversation"
    assert "seq" not in secret.entries.filter(code="secret")[0].detail
    assert cast.customer.now().urgency == Urgency.CRITICAL


def test_a_customer_who_signs_in_is_the_customer_of_their_case(cast: Cast, shown: Shown) -> None:
    phone = Phone().starts(cast.brand)
    assert phone.token is not None
    record_messages([InboundMessage(token_hash(phone.token), phone.conversation, uuid4(), "help")])
    here = queries.get_conversation_for(cast.agent, phone.conversation)
    case = opening.open_case(conversation=here, membership=cast.agent, kind=CaseKind.WALLET_STOLEN)
    phone.signs_in(WalletServer.with_secret(cast.brand), "ana")
    (account,) = [item for item, _mask in accounts_of(fresh(case))]
    fields = {"kind": "freeze", "account": account, "reason": "the customer asked on the phone"}
    client = cast.client(cast.agent)
    assert client.post(f"/desk/cases/{case.ref}/do/order", fields).status_code == 302
    decided = {"order": WalletOrder.objects.get().ref, "approve": "yes"}
    client = cast.client(cast.supervisor)
    assert client.post(f"/desk/cases/{case.ref}/do/decide", decided).status_code == 302
    sent = begin_attempt(order_id=WalletOrder.objects.get().pk)
    assert sent is not None
    assert sent.account == "ana"


def test_an_agent_who_holds_the_conversation_keeps_it(cast: Cast, shown: Shown) -> None:
    cast.customer.write("stolen")
    reply(cast.agent, cast.customer, "Let me look")
    opening.open_case(
        conversation=cast.customer.now(),
        membership=cast.supervisor,
        kind=opening.CaseKind.WALLET_STOLEN,
    )
    here = cast.customer.now()
    assert (here.status, here.assignee, here.urgency) == ("open", cast.agent, 3)
    staff.resolve_conversation(conversation=here, membership=cast.agent)
