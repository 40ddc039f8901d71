"""Valid addresses and bodies of the hotline, for the access matrix."""

from typing import Any

from django.urls import reverse

from tests.cast import Cast
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind
from walletdesk.kit import clock
from walletdesk.voice.models import Call, Prompt, Recording

PLAIN = {"desk:calls"}


def an_inbox(cast: Cast) -> list[Any]:
    inbox, _made = Inbox.objects.get_or_create(
        brand=cast.brand,
        kind=InboxKind.PHONE,
        address="+34911234567",
        defaults={"name": "Hotline"},
    )
    return [inbox.pk]


def a_prompt(cast: Cast) -> list[Any]:
    Prompt.objects.get_or_create(
        brand=cast.brand, language="en", key="greeting", defaults={"wav": b"RIFF"}
    )
    return ["en", "greeting"]


def a_recording(cast: Cast) -> str:
    """Return the number of a recording whose sound is gone: who may hear it gets 404, too."""
    call, _made = Call.objects.get_or_create(
        driver="fake",
        name="matrix",
        defaults={
            "ref": "matrixcall",
            "brand": cast.brand,
            "contact": cast.customer.contact,
            "conversation": cast.customer.conversation,
            "stage": "over",
            "state": {},
            "started_at": clock.now(),
        },
    )
    row, _made = Recording.objects.get_or_create(
        call=call,
        name="talk1",
        defaults={
            "contact": cast.customer.contact,
            "blob": "0" * 32,
            "size": 1,
            "is_message": False,
            "complete": True,
            "expires_at": clock.now(),
        },
    )
    return str(row.pk)


def address_of(name: str, cast: Cast) -> str | None:
    """Return the address of a route that belongs to calls, else None."""
    if name in PLAIN:
        return reverse(name)
    args = {
        "desk:recording": lambda: [a_recording(cast)],
        "voice_hook": lambda: ["in"],
        "voice_sound": lambda: ["prompt:1", "x"],
    }
    return reverse(name, args=args[name]()) if name in args else None


def body_of(name: str) -> dict[str, Any] | None:
    """Return a valid body, None for an address that has none of these."""
    return {"voice_hook": {"_form": 1}}.get(name)


ARGUMENTS = {
    "telephone_line": an_inbox,
    "telephone_prompts": lambda _cast: ["en"],
    "telephone_prompt": lambda _cast: ["en"],
    "telephone_generate": lambda _cast: ["fr"],
    "telephone_sound": a_prompt,
}
FORMS: dict[str, dict[str, Any]] = {
    "telephone": {"countries": "ES", "calls_per_hour": 5, "keep_days": 30, "version": 0},
    "telephone_menu": {
        "path-0": "1",
        "do-0": "queue",
        "urgency-0": 0,
        **{f"words_{code}-0": "Help" for code in ("zh-hans", "en", "es")},
        "version": 0,
    },
    "telephone_press": {"do": "1"},
    "telephone_line": {
        "languages": "en",
        "record": "off",
        "announce_seconds": 60,
        "overflow_seconds": 900,
        "most_calls": 5,
        "version": 0,
    },
    "telephone_prompt": {"key": "greeting", "remove": 1},
    "telephone_generate": {},
}
