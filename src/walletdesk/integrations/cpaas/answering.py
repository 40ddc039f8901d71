"""What the provider tells becomes events of a call; what waits becomes its answer.

Every request is signed; a repeated one changes nothing and gets the same answer.
"""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from django.conf import settings

from walletdesk.contacts.personal.keys import lookup
from walletdesk.integrations.cpaas.config import NAME, CpaasConfig
from walletdesk.integrations.cpaas.twiml import document
from walletdesk.integrations.sms.twilio import is_signed
from walletdesk.kit import clock
from walletdesk.kit.jobs import later
from walletdesk.voice.actions.flow import settle_up_to, take_event
from walletdesk.voice.queries import Answering, answering_of
from walletdesk.voice.types import (
    Answered,
    Digits,
    Event,
    HungUp,
    Incoming,
    LegAnswered,
    LegLeft,
    Played,
)

KEYS = frozenset("0123456789*#")
MOST_KEYS = 32
FETCH_JOB = "cpaas.fetch_recording"
LEFT = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "no_answer"}
OVER = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "caller"}


def config() -> CpaasConfig:
    """Return the provider of this installation."""
    found: CpaasConfig = settings.WALLETDESK.cpaas
    return found


def address(what: str, **fields: object) -> str:
    """Return our address for something that the provider tells."""
    base = f"{settings.WALLETDESK.base_url.rstrip('/')}/hooks/voice/{what}"
    return f"{base}?{urlencode(fields)}" if fields else base


def sound_address(sound: str) -> str:
    """Return the address of a prompt: nobody finds one without its mark."""
    mark = lookup("voice-sound", sound).hex()[:24]
    return f"{settings.WALLETDESK.base_url.rstrip('/')}/hooks/voice/sound/{sound}/{mark}.wav"


def is_sound(sound: str, mark: str) -> bool:
    """Tell whether somebody was given the address of a prompt."""
    return mark == lookup("voice-sound", sound).hex()[:24]


def is_from_provider(path_and_query: str, form: Mapping[str, str], signature: str) -> bool:
    """Tell whether a request is the provider's: signed over our public address and its fields."""
    secret = config().secret
    url = settings.WALLETDESK.base_url.rstrip("/") + path_and_query
    return bool(secret) and is_signed(secret, url, form, signature)


def answer(what: str, query: Mapping[str, str], form: Mapping[str, str]) -> str:
    """Take what happened and return what comes next, as TwiML; "" when nothing is asked."""
    name = _name(query, form)
    upto = query.get("upto", "")
    number = int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 9 else 0
    settle_up_to(driver=NAME, name=name, number=number)
    for event in _events(what, number, query, form):
        take_event(driver=NAME, name=name, event=event)
    if what in ("message", "recorded"):
        _fetch(name, what, query, form)
    if what in ("status", "joined", "recorded"):
        return ""
    return _document(answering_of(NAME, name), name)


def _name(query: Mapping[str, str], form: Mapping[str, str]) -> str:
    """Return our name of a call: the provider's SID, or what we gave it when we called."""
    return (query.get("call") or form.get("CallSid", ""))[:120]


def _events(
    what: str, number: int, query: Mapping[str, str], form: Mapping[str, str]
) -> list[Event]:
    leg, keys = query.get("leg", ""), form.get("Digits", "")[:MOST_KEYS]
    told: dict[str, list[Event]] = {
        "in": [Incoming(form.get("From", ""), form.get("To", "")), Answered()],
        "out": [Answered()],
        "played": [Played(number)],
        "digits": [Digits(keys if set(keys) <= KEYS else "", number)],
        "joined": [LegAnswered(leg)],
        "dialled": [LegLeft(leg, LEFT.get(form.get("DialCallStatus", ""), "left"))],
        "status": _ended(form.get("CallStatus", "")),
    }
    return told.get(what, [])


def _ended(status: str) -> list[Event]:
    over = status in OVER or status == "completed"
    return [HungUp(OVER.get(status, "caller"))] if over else []


def _fetch(name: str, what: str, query: Mapping[str, str], form: Mapping[str, str]) -> None:
    """Have the sound fetched: the flow hears of the recording when it lies here, sealed."""
    seconds = form.get("RecordingDuration", "")
    talk = f"talk-{form.get('RecordingSid', '')}"
    later(
        FETCH_JOB,
        at=clock.now(),
        call=name,
        recording=query.get("name", "")[:40] if what == "message" else talk[:40],
        url=form.get("RecordingUrl", "")[:500],
        seconds=float(seconds) if seconds.isascii() and seconds.isdigit() else 0.0,
    )


def _document(found: Answering | None, name: str) -> str:
    if found is None:
        return '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'
    own = partial(address, call=name) if name.startswith("out-") else address
    return document(
        found.due,
        address=own,
        sound=sound_address,
        agent=lambda member: config().agents.replace("{membership}", str(member)),
        language=found.language,
        record=found.consent,
    )
