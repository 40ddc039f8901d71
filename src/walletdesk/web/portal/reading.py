"""What somebody filled in: checked by the guard before anything else, and made into a message.

Nothing here writes. What looks like a secret is refused and comes back masked; a number that may
be a private key is asked about and never looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from walletdesk.channels.rules import normal_address
from walletdesk.channels.types import InboxKind
from walletdesk.conversations.rules import MESSAGE_LENGTH
from walletdesk.conversations.tickets.networks import guess
from walletdesk.conversations.tickets.rules import fields_of
from walletdesk.conversations.tickets.types import (
    FieldKind,
    FieldSpec,
    Guess,
    Network,
    Shape,
    TicketDraft,
)
from walletdesk.kit import clock
from walletdesk.safety import guard
from walletdesk.safety.personal import normal_phone
from walletdesk.web.common import ticket_words as wording
from walletdesk.web.common.strings import thread_strings
from walletdesk.web.common.transcript import readable

TRANSACTION: Final = "transaction"  # what `reference_is` says of a number that is none of a key
FURTHEST_ZONE: Final = 14 * 60  # minutes east or west of UTC
EARLIEST: Final = 2009  # before the first block nothing can have happened


@dataclass(slots=True)
class Filled:
    """A form as it was filled in. `values` may be shown again: secrets are masked or gone.

    `problems` maps a field to a code of `wording.problem`. `ask`: what the number is must be said.
    """

    topic: str
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    ask: bool = False
    contact: tuple[str, str] = ("", "")
    found: Guess = field(default_factory=lambda: Guess(""))
    moment: str = ""
    files: tuple[str, ...] = ()


def read_form(topic: str, raw: Mapping[str, str], offered: frozenset[str]) -> Filled:
    """Read all fields of a topic. What is wrong stands in `problems`."""
    filled = Filled(topic)
    if topic not in offered:
        filled.problems["topic"] = "topic"
        return filled
    before: list[str] = []
    for spec in fields_of(topic):
        if spec.kind == FieldKind.FILES:
            continue
        value = plain(raw.get(spec.code, ""), spec)
        if value is None:
            filled.problems[spec.code] = "bad_text"
            continue
        put_through(filled, spec, value, before)
        _read(filled, spec, raw)
    _check_whole(filled)
    return filled


def plain(value: str, spec: FieldSpec) -> str | None:
    """Return a value without what no text holds, None when it cannot be stored at all."""
    value = value.replace("\x00", "").replace("\r\n", "\n").strip()
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value if spec.kind == FieldKind.TEXT else " ".join(value.split())


def put_through(filled: Filled, spec: FieldSpec, value: str, before: list[str]) -> None:
    """Put a value through the guard, together with what stood in the fields before it."""
    checked = guard.check(value, before)
    masked = readable(checked.safe.text, thread_strings())
    filled.values[spec.code] = masked
    if checked.secret:
        filled.problems[spec.code] = "secret"
    codes = list(filled.values)
    for place, safe in checked.earlier.items():  # a secret that went on from another field
        filled.values[codes[place]] = readable(safe.text, thread_strings())
        filled.problems[codes[place]] = "secret"
    if len(value) > spec.length:
        filled.problems.setdefault(spec.code, "too_long")
    if spec.required and not value:
        filled.problems[spec.code] = "required"
    before.append(checked.safe.text)


def _read(filled: Filled, spec: FieldSpec, raw: Mapping[str, str]) -> None:
    """Read a value as what its field asks for."""
    value = filled.values[spec.code]
    if not value or spec.code in filled.problems:
        return
    match spec.kind:
        case FieldKind.REFERENCE:
            _read_reference(filled, value, raw.get("reference_is", ""))
        case FieldKind.NETWORK:
            if value not in {str(network) for network in Network}:
                filled.problems[spec.code] = "network"
                filled.values[spec.code] = ""
        case FieldKind.MOMENT:
            _read_moment(filled, value, raw.get("zone", ""))
        case FieldKind.CONTACT:
            filled.contact = contact_of(value)
            if not filled.contact[1]:
                filled.problems[spec.code] = "contact"
        case FieldKind.LINE:
            if guess(value).undecided:
                filled.values[spec.code] = ""
                filled.problems[spec.code] = "not_here"
        case _:
            pass


def _read_reference(filled: Filled, value: str, said: str) -> None:
    found = guess(value)
    if found.undecided and said != TRANSACTION:
        filled.values["reference"] = ""
        filled.ask = True
        filled.problems["reference"] = "maybe_key" if said else "ask"
        return
    filled.found = found


def _read_moment(filled: Filled, value: str, zone: str) -> None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    late = clock.now().replace(tzinfo=None) + timedelta(days=2)
    if moment is None or moment.tzinfo or not moment.year >= EARLIEST or moment > late:
        filled.problems["moment"] = "moment"
        return
    offset = _offset(zone)
    filled.moment = f"{moment:%Y-%m-%d %H:%M}{offset}"


def _offset(text: str) -> str:
    """Return " (UTC+08:00)" for the minutes that a browser tells, "" without them."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 4):
        return ""
    minutes = int(text)
    if abs(minutes) > FURTHEST_ZONE:
        return ""
    return f" ({timezone(timedelta(minutes=minutes)).tzname(None)})"


def contact_of(value: str) -> tuple[str, str]:
    """Return (kind, normal form) of an e-mail address or a telephone number, else ("", "")."""
    if "@" in value:
        try:
            return "email", normal_address(InboxKind.EMAIL, value)
        except ValueError:
            return "", ""
    number = normal_phone(value)
    return ("phone", number) if number else ("", "")


def _check_whole(filled: Filled) -> None:
    """Check the message that all fields make together: secrets may stand across them."""
    if filled.problems:
        return
    _fill_network(filled)
    text = message_of(filled)
    if guard.check(text).secret:
        filled.problems["description"] = "secret"
    elif len(text) > MESSAGE_LENGTH:
        filled.problems["description"] = "too_long"


def _fill_network(filled: Filled) -> None:
    if "network" in filled.values and not filled.values["network"]:
        networks = filled.found.networks
        filled.values["network"] = str(networks[0]) if len(networks) == 1 else ""


def table_of(filled: Filled) -> list[tuple[str, str]]:
    """Return (code, text) of the short fields that were filled in, in their order."""
    rows = []
    for code, value in filled.values.items():
        if not value or code in {"description", "steps", "contact"}:
            continue
        better = {"moment": filled.moment, "reference": filled.found.text}
        rows.append((code, better.get(code) or value))
    return rows


def message_of(filled: Filled) -> str:
    """Return the message that staff read: what happened, then each field with its name."""
    lines = [filled.values["description"], ""]
    for code, value in table_of(filled):
        shown = wording.network_name(value) if code == "network" else value
        lines.append(_("%(label)s: %(value)s") % {"label": _label(filled, code), "value": shown})
    if steps := filled.values.get("steps"):
        lines += ["", wording.label_of("steps"), steps]
    return "\n".join(lines).strip()


def _label(filled: Filled, code: str) -> str:
    named = {Shape.TRANSACTION: wording.TRANSACTION, Shape.ADDRESS: wording.ADDRESS}
    if code == "reference" and filled.found.shape in named:
        return _(named[filled.found.shape])
    return wording.short_label(code)


def draft_of(filled: Filled, *, due_at: datetime) -> TicketDraft:
    """Return a form without problems as a draft, each text checked by the guard."""
    return TicketDraft(
        topic=filled.topic,
        text=guard.check(message_of(filled)).safe,
        fields=tuple((code, guard.check(text).safe) for code, text in table_of(filled)),
        due_at=due_at,
        contact=filled.contact,
        files=filled.files,
    )


def client_id_of(request: HttpRequest) -> UUID:
    """Return the id that a form carries, so that sending it twice is once; else a fresh one."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid4()
