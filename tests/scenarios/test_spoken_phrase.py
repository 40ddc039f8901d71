"""A seed phrase is spoken on the telephone: the agent's open page says to warn the caller."""

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.factories.speech import KEY, speech_endpoint
from tests.installation import Installation
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS

pytestmark = pytest.mark.long  # it starts the product twice more
PHRASE = "velvet panther ladder horse ginger tower basket orbit canyon melody anchor dwarf"
# What the process of calls does when a talk is over.
KEEP = """
from django.db import transaction
from tests.voice.tones import tone, wav
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.actions.calls import begin_call
from walletdesk.kit import clock
from walletdesk.voice.actions.recordings import keep_recording
from walletdesk.voice.models import Call, Recording
contact = Conversation.objects.get(ref=sys.argv[1]).contact
with transaction.atomic():
    conversation = begin_call(contact=contact, language="en")
    call = Call.objects.create(ref="spoken", brand=contact.brand, contact=contact, driver="fake",
        name="spoken", conversation=conversation, stage="over", state={}, started_at=clock.now())
keep_recording(driver="fake", name="spoken", recording="talk", wav=wav(tone(440, 8), tone(880, 8)))
print(conversation.ref, Recording.objects.get(call=call).pk)
"""
# What the worker does when somebody writes talks down (WALLETDESK_SPEECH).
WRITE = """
from django.conf import settings
from walletdesk.language.speech import open_speech
from walletdesk.voice import ports
from walletdesk.voice.transcribing import transcribe_recording
ports.use_speech(open_speech(settings.WALLETDESK.speech))
transcribe_recording(int(sys.argv[1]), 1)
"""
LOAD = "import sys\nfrom walletdesk.site.commands.prepare import load_django\nload_django()\n"


def run(place: Installation, code: str, *words: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LOAD + code, *words],
        env={**os.environ, "WALLETDESK_DATA": str(place.data), **more},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def test_a_phrase_on_the_telephone_warns_the_agent(
    stage: Stage, installation: Installation
) -> None:
    customer = stage.customer(WORDS["en"])
    customer.writes("I will call you now")
    customer.is_delivered("I will call you now")
    ref, recording = run(installation, KEEP, customer.ref).split()
    agent = stage.agent("alex")
    agent.page.goto(f"{installation.url}/desk/all/{ref}/")
    agent.is_at_work()
    warning = agent.thread.locator(".wd-card.is-warning")
    expect(agent.page.locator(f"#head[data-ref='{ref}']")).to_be_visible()
    expect(warning).to_have_count(0)

    words = [(word, 1 + n / 2, 1.4 + n / 2) for n, word in enumerate(PHRASE.split())]
    with speech_endpoint() as endpoint:
        endpoint.words = [words, [("which", 0.0, 0.2), ("words?", 0.2, 0.5)]]
        speech = {"WALLETDESK_SPEECH": endpoint.url, "WALLETDESK_SPEECH_KEY": KEY}
        speech |= {"WALLETDESK_SPEECH_MODEL": "whisper-1"}
        run(installation, WRITE, recording, **speech)

    for _time in ("as it happens", "and when the page is loaded anew"):
        expect(warning).to_contain_text("Warn the caller")
        expect(warning).to_contain_text("which words?")
        expect(warning).to_be_in_viewport()
        for word in PHRASE.split():
            agent.never_sees(word)
        agent.page.reload()
    rows = installation.query(
        "SELECT e.text, e.staff_data::text FROM conversations_event e"
        " JOIN conversations_conversation c ON c.id = e.conversation_id WHERE c.ref = %s",
        ref,
    )
    assert not [word for word in PHRASE.split() if word in json.dumps(rows)]
