"""SMS: both carriers, what they refuse, what they report, and what the settings say."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.cast import Cast, Customer
from tests.surveys.carriers import ACCOUNT, SECRET, SIGN, TEMPLATE, Carriers, serve
from tests.surveys.conftest import PHONE, ask_all, known, settle
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import Accepted, Postponed, Refused, Result, State, Unclear
from walletdesk.integrations.sms import twilio
from walletdesk.integrations.sms.aliyun import Aliyun, template_for
from walletdesk.integrations.sms.sending import report_token, report_url, send_due
from walletdesk.integrations.sms.twilio import Twilio
from walletdesk.integrations.sms.types import SURVEY, Carrier, Sms, SmsConfig
from walletdesk.site.commands.check import findings
from walletdesk.surveys.models import Invitation, Standing
from walletdesk.surveys.types import Way


@pytest.fixture
def carriers() -> Iterator[Carriers]:
    here = Carriers()
    server = serve(here)
    yield here
    server.shutdown()
    server.server_close()


def config(carrier: str, url: str) -> SmsConfig:
    sender = SIGN if carrier == "aliyun" else "+15005550006"
    return SmsConfig(carrier, ACCOUNT, SECRET, sender, f"zh-hans={TEMPLATE}", url)


def carrier_of(name: str, carriers: Carriers, **changes: Any) -> Carrier:
    settings = replace(config(name, carriers.url), **changes)
    return Aliyun(settings) if name == "aliyun" else Twilio(settings, "https://desk.example/r")


def sms(**changes: str) -> Sms:
    values = {"to": PHONE, "template": SURVEY, "language": "zh-hans", "brand": "Borealis"}
    link = f"https://desk.example/s/{'a' * 32}/"
    return Sms(**{**values, "link": link, "ref": "77", **changes})


def test_aliyun_signs_as_its_documents_do() -> None:
    """The example of https://help.aliyun.com/document_detail/315526.html (RPC, HMAC-SHA1)."""
    from walletdesk.integrations.sms.aliyun import sign  # noqa: PLC0415 - one name, both adapters

    fields = {
        "Format": "XML",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "SignatureVersion": "1.0",
        "Version": "2014-05-26",
        "AccessKeyId": "testid",
        "Timestamp": "2016-02-23T12:46:24Z",
        "Action": "DescribeRegions",
    }
    assert sign("testsecret", "GET", fields) == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


def test_twilio_signs_as_its_documents_do() -> None:
    """The example of https://www.twilio.com/docs/usage/security#validating-requests."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio.is_signed("12345", url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not twilio.is_signed("12345", url, form | {"To": "+1"}, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("name", ["twilio", "aliyun"])
def test_a_carrier_takes_what_is_signed_and_nothing_else(name: str, carriers: Carriers) -> None:
    good, wrong = carrier_of(name, carriers), carrier_of(name, carriers, secret="wrong")
    assert isinstance(good.send(sms()), Accepted)
    refused = wrong.send(sms())
    assert isinstance(refused, Refused)
    assert not refused.by_recipient
    assert isinstance(good.send(sms()), Accepted)
    assert len(carriers.said) == 2


def test_china_gets_a_template_and_its_variable_never_a_text(carriers: Carriers) -> None:
    carrier_of("aliyun", carriers).send(sms())
    said = carriers.said[0]
    assert (said["PhoneNumbers"], said["OutId"]) == (PHONE.removeprefix("+86"), "77")
    assert json.loads(said["TemplateParam"]) == {"code": "a" * 32}
    assert "Borealis" not in json.dumps(said)
    assert carrier_of("aliyun", carriers).send(sms(language="es")) == Refused("no_template", "es")
    assert template_for("SMS_1 en=SMS_2", "en") == "SMS_2"
    assert template_for("SMS_1 en=SMS_2", "es") == "SMS_1"


@pytest.mark.parametrize(
    ("name", "status", "told", "result"),
    [
        ("twilio", 400, {"code": 21610}, Refused("opted_out", "21610", by_recipient=True)),
        ("twilio", 400, {"code": 21408}, Refused("refused", "21408")),
        ("twilio", 429, {"code": 20429}, Postponed("busy", "429", 60)),
        ("twilio", 500, {}, Unclear()),
        ("twilio", 201, b"not json", Unclear()),
        ("twilio", 201, [], Unclear()),
        ("aliyun", 200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}, Postponed("busy", "429", 60)),
        ("aliyun", 200, {"Code": "isp.SYSTEM_ERROR"}, Unclear()),
        ("aliyun", 400, {"Code": "isv.NO_MONEY"}, Refused("refused", "isv.NO_MONEY")),
        ("aliyun", 0, None, Unclear()),
    ],
)  # fmt: skip
def test_what_a_carrier_says(
    name: str, status: int, told: Any, result: Result, carriers: Carriers
) -> None:
    carriers.next_answer = (status, told)
    assert carrier_of(name, carriers).send(sms()) == result


@pytest.mark.parametrize("name", ["twilio", "aliyun"])
def test_without_a_connection_nothing_was_handed_over(name: str, carriers: Carriers) -> None:
    nowhere = carrier_of(name, carriers, url="http://127.0.0.1:9")
    assert nowhere.send(sms()) == Postponed("unreachable")


# --- the whole way ------------------------------------------------------------------------


@pytest.fixture
def customer(
    asked: Cast, noon: time_machine.Traveller, carriers: Carriers, settings: Any, request: Any
) -> Customer:
    """Return somebody who is about to get an SMS from the carrier that the test names."""
    sms_config = config(request.param, carriers.url)
    settings.WALLETDESK = replace(settings.WALLETDESK, sms=sms_config)
    found = known(asked, phone=PHONE)
    settle(asked, found)
    noon.shift(timedelta(hours=7))
    ask_all()
    assert Invitation.objects.get(conversation=found.conversation).way == Way.SMS
    return found


def delivery(customer: Customer) -> Delivery:
    return Delivery.objects.get(conversation_id=customer.conversation.pk, channel="sms")


@pytest.mark.django_db
@pytest.mark.parametrize("customer", ["twilio"], indirect=True)
def test_twilio_carries_a_link_that_works_and_reports(
    customer: Customer, carriers: Carriers
) -> None:
    send_due(delivery(customer).pk)
    said = carriers.said[0]
    assert said["To"] == PHONE
    assert said["StatusCallback"] == report_url()
    link = said["Body"].rpartition(" ")[2].rstrip("。.")
    assert Client().get(link[link.index("/s/") :]).status_code == 200
    form = {"MessageSid": delivery(customer).provider_id, "MessageStatus": "delivered"}
    path = f"/hooks/sms/{report_token()}"
    signature = twilio.sign(SECRET, report_url(), form)
    report = lambda given, known=path: Client().post(  # noqa: E731
        known, form, headers={"X-Twilio-Signature": given}
    )
    assert report("").status_code == 403
    assert report(signature, f"{path[:-1]}x").status_code == 404
    assert delivery(customer).state == State.SENT
    assert report(signature).status_code == 204
    assert delivery(customer).state == State.DELIVERED


@pytest.mark.django_db
@pytest.mark.parametrize("customer", ["twilio"], indirect=True)
def test_who_said_stop_to_the_carrier_is_never_asked_again(
    customer: Customer, carriers: Carriers
) -> None:
    carriers.next_answer = (400, {"code": 21610})
    send_due(delivery(customer).pk)
    assert delivery(customer).state == State.BOUNCED
    assert Standing.objects.filter(opted_out_at__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("customer", ["aliyun"], indirect=True)
def test_aliyun_reports_by_a_secret_address(customer: Customer, carriers: Carriers) -> None:
    send_due(delivery(customer).pk)
    row = delivery(customer)
    assert (row.state, len(carriers.said)) == (State.SENT, 1)
    path = f"/hooks/sms/{report_token()}"
    post = lambda told: Client().post(path, told, content_type="application/json")  # noqa: E731
    for bad in (
        "{",
        "[" * 10_000,
        "null",
        '[7, {"out_id": []}, {"out_id": "9e99"}]',
        '[{"out_id": "7"}]',
    ):
        assert post(bad).status_code in (200, 400)
    forged = [{"out_id": str(row.pk), "biz_id": "other", "success": False}]
    assert post(json.dumps(forged)).json() == {"code": 0, "msg": ""}
    assert delivery(customer).state == State.SENT
    true = [{"out_id": str(row.pk), "biz_id": row.provider_id, "success": True}]
    assert post(json.dumps(true)).json() == {"code": 0, "msg": ""}
    assert delivery(customer).state == State.DELIVERED


@pytest.mark.django_db
@pytest.mark.parametrize("customer", ["aliyun"], indirect=True)
def test_an_sms_that_waited_into_the_night_waits_for_the_morning(
    customer: Customer, carriers: Carriers, noon: time_machine.Traveller
) -> None:
    noon.shift(timedelta(hours=4))  # 23:00 in Shanghai
    send_due(delivery(customer).pk)
    assert (delivery(customer).state, delivery(customer).reason) == (State.DEFERRED, "quiet")
    assert carriers.said == []


# --- settings of the installation ---------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, set()),
        ({"WALLETDESK_SMS": "pigeon"}, {"WALLETDESK_SMS"}),
        (
            {"WALLETDESK_SMS": "aliyun", "WALLETDESK_SMS_ACCOUNT": "LTAI"},
            {"WALLETDESK_SMS_SECRET", "WALLETDESK_SMS_SENDER", "WALLETDESK_SMS_TEMPLATE"},
        ),
        ({"WALLETDESK_SMS_TEMPLATE": "hello {link}"}, {"WALLETDESK_SMS_TEMPLATE"}),
        ({"WALLETDESK_SMS_ACCOUNT": "../x"}, {"WALLETDESK_SMS_ACCOUNT"}),
        ({"WALLETDESK_SMS_URL": "http://example.com"}, {"WALLETDESK_SMS_URL"}),
    ],
)
def test_check_explains_the_settings(given: dict[str, str], wrong: set[str], tmp_path: Any) -> None:
    told = list(findings({"WALLETDESK_DATA": str(tmp_path), **given}))
    assert {one.name for one in told if one.level == "error"} == wrong
    assert all(one.way_out for one in told if one.level == "error")
