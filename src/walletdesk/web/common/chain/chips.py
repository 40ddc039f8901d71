"""The chips under messages that name a transaction or an address, as JSON for `chips.js`."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from walletdesk.chain.types import Diagnosis as Found
from walletdesk.chain.types import Kind, Ref, Verdict
from walletdesk.conversations.diagnoses.models import Diagnosis
from walletdesk.conversations.diagnoses.naming import network_of
from walletdesk.conversations.diagnoses.queries import diagnoses_of, named_in, watched_in
from walletdesk.conversations.diagnoses.records import from_record
from walletdesk.conversations.diagnoses.rules import is_settled, needs_person
from walletdesk.conversations.diagnoses.types import State
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience
from walletdesk.kit.errors import BadInput
from walletdesk.web.common.diagnosis import figures
from walletdesk.web.common.diagnosis.chat import sure_of, title
from walletdesk.web.common.diagnosis.told import tell

MOST_SEQS = 100
LARGEST_SEQ = 2**31 - 1
_GOOD = frozenset({Verdict.CONFIRMED, Verdict.NOTHING_WRONG, Verdict.TOKEN_NOT_SHOWN})
_FAMILIES = {"evm": "EVM", "bitcoin": "Bitcoin", "tron": "TRON", "solana": "Solana"}


def read_seqs(text: str) -> list[int]:
    """Return the numbers of a query such as "3,5,8". Raises BadInput."""
    parts = text.split(",") if text else []
    sound = all(p.isascii() and p.isdigit() and len(p) <= 10 for p in parts)
    if not parts or len(parts) > MOST_SEQS or not sound:
        raise BadInput(seqs="numbers")
    return [min(int(p), LARGEST_SEQ) for p in parts]


def chips_json(
    conversation: Conversation, audience: Audience, seqs: Collection[int]
) -> dict[str, Any]:
    """Return what these messages name, and what is known of it, in the active language."""
    named = named_in(conversation, audience, seqs)
    rows = diagnoses_of(conversation, named) if named else {}
    watched = watched_in(conversation) if rows else frozenset()
    messages = {
        str(seq): _message(refs, rows.get(seq), watched) for seq, refs in sorted(named.items())
    }
    return {"messages": messages, "strings": _strings()}


def _message(
    refs: tuple[Ref, ...], row: Diagnosis | None, watched: frozenset[str]
) -> dict[str, Any]:
    found = [from_record(record) for record in row.report] if row else []
    by_text = {each.ref.text.removeprefix("0x"): each for each in found}
    chips = [_chip(ref, by_text.get(ref.text.removeprefix("0x")), watched) for ref in refs]
    return {"state": row.state if row else "", "chips": chips}


def _chip(ref: Ref, found: Found | None, watched: frozenset[str]) -> dict[str, Any]:
    network = (found.network_name if found else "") or network_of(ref)
    family = _FAMILIES[ref.families[0]] if len(ref.families) == 1 else ""
    chip = {
        "kind": ref.kind.value,
        "network": network or family,
        "short": figures.short(found.ref.text if found else ref.text),
    }
    return chip if found is None else chip | _known(found, watched)


def _known(found: Found, watched: frozenset[str]) -> dict[str, Any]:
    told = tell(found)
    reference = found.ref.text
    watchable = found.ref.kind is Kind.TRANSACTION and not is_settled(found.verdict)
    return {
        "reference": reference,
        "verdict": found.verdict.value,
        "title": title(found.verdict),
        "tone": _tone(found.verdict),
        "summary": told.summary,
        "sure": sure_of(told),
        "steps": list(told.steps),
        "never": list(told.never),
        "watch": watchable,
        "watched": reference in watched,
    }


def _tone(verdict: Verdict) -> str:
    if verdict in _GOOD:
        return "good"
    return "bad" if needs_person(verdict) and verdict is not Verdict.CANNOT_TELL else ""


def state_of(row: Diagnosis | None) -> str:
    """Return in words where a look-up stands while there is nothing to show."""
    if row is not None and row.state == State.ASKED:
        return _("Looking at the chain…")
    return _("This could not be looked up.") if row is not None else ""


def _strings() -> dict[str, str]:
    return {
        "looking": _("Looking at the chain…"),
        "failed": _("This could not be looked up."),
        "ask": _("What does the chain say?"),
        "again": _("Look again"),
        "steps": _("What to do now:"),
        "never": _("What never to do:"),
        "watch": _("Tell me when it changes"),
        "watched": _("Being watched. You will be told here when it changes."),
        "unwatch": _("Stop watching"),
        "transaction": _("Transaction"),
        "address": _("Address"),
        "close": _("Close"),
        "copied": _("Copied"),
        "title": _("What the chain says"),
    }
