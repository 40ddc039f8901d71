"""The evidence pack: what stands in it, what does not, and that it can be read."""

import json
import re
import zlib
from base64 import a85decode
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from tests.cases.conftest import Shown
from tests.cases.test_rules import ME, account, approval, taken
from tests.cast import Cast, reply
from walletdesk.accounts.models import AuditEntry
from walletdesk.cases import tasks
from walletdesk.cases.models import SecurityCase
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.web.desk.cases import pack, pdf

WHY = "The police asked for the owner's name"


@pytest.fixture
def told(cast: Cast, case: SecurityCase, shown: Shown) -> SecurityCase:
    tx = replace(
        taken(time="2026-11-20T08:15:00+00:00"),
        evidence={"sender": ME, "recipient": "0x" + "bB" * 20, "block": 7, "token": "0x" + "d" * 40,
                  "time": "2026-11-20T08:15:00+00:00", "explorer": "https://explorer.example/tx/1",
                  "amount": {"value": 1500000, "decimals": 6, "symbol": "<b>USDT.com"}},
    )  # fmt: skip
    shown.seen = [tx, account(approvals=[approval()], balance=10**18)]
    case.references.update(text=tx.reference)
    case.references.create(text=ME, kind="address", role="victim")
    tasks.read_chain(case.pk)
    return SecurityCase.objects.get(pk=case.pk)


def take(cast: Cast, case: SecurityCase, who: Any = None, **fields: Any) -> Any:
    client = cast.client(who or cast.agent)
    return client.post(f"/desk/cases/{case.ref}/evidence", {"language": "en", **fields})


def drawn(document: bytes) -> bytes:
    """Return the drawing commands of a PDF made by reportlab."""
    streams = re.findall(rb"stream\r?\n(.*?)~>endstream", document, re.DOTALL)
    return b"".join(zlib.decompress(a85decode(one)) for one in streams)


def test_json_names_every_fact_with_its_source_and_no_person(
    cast: Cast, told: SecurityCase
) -> None:
    set_identity(contact=cast.customer.contact, kind=IdentityKind.NAME, value="Ann Example",
                 source=Source.WALLET)  # fmt: skip
    answer = take(cast, told, form="json")
    found = json.loads(answer.content)
    assert found["cause"]["code"] == "approval"
    assert all(one["call"] and one["block"] == 7 for one in found["cause"]["because"])
    transaction = found["transactions"][0]
    assert (transaction["block"], transaction["from"]) == (7, ME)
    assert {one["fact"] for one in transaction["sources"]} == {
        "sender", "recipient", "transfers", "time",
    }  # fmt: skip
    assert "<b>" not in transaction["amount"]
    assert [line["at"] for line in found["time_line"]] == sorted(
        line["at"] for line in found["time_line"]
    )
    assert found["addresses"][0]["address"] == ME
    assert found["not_read"] == ["tron"]
    assert found["customer"] == []
    whole = answer.content.decode()
    for person in ("Ann Example", cast.agent.user.name, cast.customer.contact.label):
        assert person not in whole
    assert answer["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(action="case.evidence_taken")
    assert entry.detail["form"] == "json"


def test_a_name_stands_in_it_only_for_who_holds_the_case_with_a_reason(
    cast: Cast, told: SecurityCase
) -> None:
    row = set_identity(contact=cast.customer.contact, kind=IdentityKind.NAME, value="Ann Example",
                       source=Source.WALLET)  # fmt: skip
    item = f"identity:{row.pk}"
    assert take(cast, told, form="json", item=item, reason=WHY).status_code == 403
    reply(cast.agent, cast.customer, "I look into it")
    assert take(cast, told, form="json", item=item, reason="short").status_code == 400
    assert take(cast, told, form="json", item="identity:999999", reason=WHY).status_code == 400
    assert (
        take(cast, told, who=cast.supervisor, form="json", item=item, reason=WHY).status_code == 403
    )
    assert not AuditEntry.objects.filter(action="case.evidence_taken").exists()
    answer = take(cast, told, form="json", item=item, reason=WHY)
    assert json.loads(answer.content)["customer"] == [{"kind": "name", "value": "Ann Example"}]
    assert AuditEntry.objects.filter(action="contact.revealed").count() == 1
    assert b"Ann Example" in drawn(take(cast, told, form="pdf", item=item, reason=WHY).content)


@pytest.mark.parametrize("language", ["en", "zh-hans", "es"])
def test_the_pdf_is_made_in_each_language(cast: Cast, told: SecurityCase, language: str) -> None:
    answer = take(cast, told, form="pdf", language=language)
    assert answer["Content-Type"] == "application/pdf"
    document = answer.content
    assert document.startswith(b"%PDF-")
    assert document.rstrip().endswith(b"%%EOF")
    assert (b"STSong-Light" in document) == (language == "zh-hans")
    if language == "en":
        text = drawn(document)
        for piece in (b"Evidence of a theft", ME[:20].encode(), b"Ethereum"):
            assert piece in text
        assert b"This document holds no personal data." in text


@pytest.mark.parametrize(
    ("form", "language"), [("exe", "en"), ("pdf", "fr"), ("", ""), ("pdf", "\x00")]
)
def test_other_forms_are_refused(cast: Cast, told: SecurityCase, form: str, language: str) -> None:
    assert take(cast, told, form=form, language=language).status_code == 400


def test_how_sure_is_said_of_what_was_read_only(told: SecurityCase) -> None:
    found = pack.build(told)
    assert b"Read from" in drawn(pdf.render(found))
    found["cause"]["because"] = []
    assert b"Read from" not in drawn(pdf.render(found))


def test_hostile_words_of_strangers_only_stand_there(cast: Cast, told: SecurityCase) -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found = pack.build(told)
            found["transactions"][0]["amount"] = "<img src=x> & \x00 \ud800 🦊 " + "长" * 3000
            found["transactions"][0]["to"] = "0x" + "f" * 4000
            found["time_line"].append({"at": "x" * 50, "what": "<para>", "source": "</font>"})
            assert pdf.render(found).startswith(b"%PDF-")
