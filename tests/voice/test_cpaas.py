"""A provider in the Twilio dialect, simulated: it signs, follows verbs, and repeats itself."""

from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from django.test import Client

from tests.cast import Cast
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.conversations.models import Event
from walletdesk.conversations.types import Status
from walletdesk.integrations.cpaas.config import CpaasConfig
from walletdesk.integrations.sms.twilio import sign
from walletdesk.voice.actions.flow import call_due
from walletdesk.voice.flow.states import Stage
from walletdesk.voice.models import Call, CallCommand, Line

pytestmark = pytest.mark.django_db
SECRET = "provider-secret"


class Provider:
    """Makes one call and does what each document says."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.client = Client()
        self.said: list[str] = []
        self.asked: list[tuple[str, dict[str, str], str]] = []
        self.root: Element = Element("Response")

    def ask(self, url: str, *, secret: str = SECRET, **fields: str) -> int:
        """Ask one question, signed; the document stands in `root`."""
        form = {"CallSid": "CA1", "From": "+34600111222", "To": "+34911234567", **fields}
        return self.repeat(url, form, sign(secret, url, form))

    def repeat(self, url: str, form: dict[str, str], signature: str) -> int:
        """Ask a question with a signature of whomever."""
        self.asked.append((url, form, signature))
        headers = {"X-Twilio-Signature": signature}
        answer = self.client.post(url.removeprefix(self.base), form, headers=headers)
        if answer.status_code == 200:
            self.root = fromstring(answer.content)  # noqa: S314 - our own document
            self.said += [one.text or "" for one in self.root.iter("Say")]
        return answer.status_code

    def verb(self) -> Element:
        """Return the verb that leads on."""
        return next(each for each in self.root if each.tag not in ("Say", "Play", "Pause"))

    def press(self, keys: str) -> None:
        """Press keys where the document gathers them."""
        gather = self.root.find("Gather")
        assert gather is not None
        self.ask(gather.attrib["action"], Digits=keys)

    def go_on(self) -> None:
        """Follow the redirect that stands at the end."""
        found = self.root.find("Redirect")
        assert found is not None
        self.ask(found.text or "")


@pytest.fixture
def provider(settings: Any, hotline: Line) -> Provider:
    settings.WALLETDESK = replace(
        settings.WALLETDESK,
        voice=("cpaas",),
        cpaas=CpaasConfig("AC1", SECRET, "+34911234567", "sip:agent{membership}@pbx.example"),
    )
    return Provider(settings.WALLETDESK.base_url.rstrip("/"))


def test_a_call_by_a_provider_from_ring_to_rating(cast: Cast, provider: Provider) -> None:
    whole_call(cast, provider)


def test_a_whole_call_replayed_changes_nothing(cast: Cast, provider: Provider) -> None:
    """Whoever has recorded all requests, signatures included, sends them again, in any order."""
    whole_call(cast, provider)
    before = (Call.objects.get().state, Event.objects.count(), Call.objects.get().ended_at)
    asked = list(provider.asked)
    for url, form, signature in [*asked, *reversed(asked)]:
        assert provider.repeat(url, form, signature) in (200, 204)
    assert (Call.objects.get().state, Event.objects.count(), Call.objects.get().ended_at) == before
    assert not CallCommand.objects.filter(done_at=None).exists()


def test_a_signature_holds_for_its_address_and_fields_only(provider: Provider) -> None:
    provider.ask(f"{provider.base}/hooks/voice/in")
    gather = provider.root.find("Gather")
    assert gather is not None
    url, form = gather.attrib["action"], {"CallSid": "CA1", "Digits": "1"}
    signature = sign(SECRET, url, form)
    state = Call.objects.get().state
    changed = [
        (url, {**form, "Digits": "2"}),
        (url, {**form, "CallSid": "CA2"}),
        (url, {**form, "More": "x"}),
        (url, {"CallSid": "CA1"}),
        (f"{url}&leg=leg1", form),
        (url.replace("digits", "played"), form),
    ]
    for other, fields in changed:
        assert provider.repeat(other, fields, signature) == 403
    for wrong in ("", "x", signature.lower(), signature[:-1], signature + "=", "é"):
        assert provider.repeat(url, form, wrong) == 403
    assert Call.objects.get().state == state
    assert provider.repeat(url, form, signature) == 200


def whole_call(cast: Cast, provider: Provider) -> None:
    base = f"{provider.base}/hooks/voice"
    assert provider.ask(f"{base}/in") == 200
    for key in ("1", "1", "1"):
        provider.press(key)
    assert any("number 1" in text or "busy" in text for text in provider.said)
    provider.press("")
    assert provider.root.find("Gather/Play") is not None
    provider.go_on()
    conversation = Call.objects.get().conversation
    assert conversation is not None
    assert conversation.status == Status.QUEUED
    claim_conversation(conversation=conversation, membership=cast.agent)
    call_due()
    provider.go_on()
    dial = provider.verb()
    assert dial.find("Sip").text == f"sip:agent{cast.agent.pk}@pbx.example"  # type: ignore[union-attr]
    assert dial.attrib["record"] == "record-from-answer-dual"
    joined = dial.find("Sip").attrib["statusCallback"]  # type: ignore[union-attr]
    assert provider.ask(joined, CallStatus="in-progress") == 204
    assert Call.objects.get().stage == Stage.TALKING
    provider.ask(dial.attrib["action"], DialCallStatus="completed")
    for key in ("5", "5", "5"):
        provider.press(key)
    provider.go_on()
    assert provider.verb().tag == "Hangup"
    provider.ask(f"{base}/status", CallStatus="completed")
    assert Call.objects.get().ended_at is not None


def test_a_repeated_question_gets_the_same_answer_and_changes_nothing(provider: Provider) -> None:
    provider.ask(f"{provider.base}/hooks/voice/in")
    gather = provider.root.find("Gather")
    assert gather is not None
    provider.ask(gather.attrib["action"], Digits="1")
    first = [each.attrib for each in provider.root]
    before = Call.objects.get().state
    provider.ask(gather.attrib["action"], Digits="1")
    assert [each.attrib for each in provider.root] == first
    assert Call.objects.get().state == before


@pytest.mark.parametrize("what", ["in", "digits", "status", "poll", "message", "joined"])
def test_unsigned_and_odd_requests_are_refused(provider: Provider, what: str) -> None:
    url = f"{provider.base}/hooks/voice/{what}"
    assert provider.ask(url, secret="wrong") == 403
    assert not Call.objects.exists()
    assert provider.ask(f"{provider.base}/hooks/voice/nonsense") == 404
    odd = f"{url}?upto=99999999999999999999&leg=%00&name=%00"
    assert provider.ask(odd, Digits="DROP\x00", RecordingDuration="1e9") in (200, 204)
    for fields in ODD:
        assert provider.ask(url, **fields) in (200, 204)


# What no provider sends, and what one may send some day.
ODD: list[dict[str, str]] = [
    {"CallSid": ""},
    {"CallSid": "x" * 5_000},
    {"CallSid": "web:1", "From": "anonymous", "To": "nowhere"},
    {"CallSid": "CA2", "From": "", "To": ""},
    {"CallSid": "CA3", "From": "sip:<script>@x", "To": "+34911234567"},
    {"CallSid": "CA4", "Digits": "9" * 10_000},
    {"CallSid": "CA5", "Digits": "hangup", "CallStatus": "hangup"},
    {"CallSid": "CA6", "CallStatus": "no-such-status", "DialCallStatus": "…"},
    {"CallSid": "CA7", "RecordingUrl": "file:///etc/passwd", "RecordingDuration": "-1"},
    {"CallSid": "CA8", "RecordingUrl": "http://169.254.169.254/", "RecordingDuration": "٣"},
]
