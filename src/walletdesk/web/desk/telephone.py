"""The agent's telephone: what it shows, and what its buttons do."""

import json
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import colleagues_who_answer, get_colleague_for
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.integrations.asterisk.accounts import sip_account
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.voice.actions import telephone as acts
from walletdesk.voice.flow import states
from walletdesk.voice.flow.states import Leg, Role, Stage
from walletdesk.voice.models import Call
from walletdesk.voice.ports import abilities_of
from walletdesk.voice.queries import (
    current_call,
    get_call_for,
    live_calls,
    may_supervise,
    state_of,
)
from walletdesk.voice.tokens import leg_token
from walletdesk.web.desk import present
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import read_body
from walletdesk.web.desk.topic_names import topic_name


class Pressed(Struct, forbid_unknown_fields=True):
    """What a button of the telephone says; each reads what it needs."""

    on: bool = False
    keys: str = ""
    mode: str = ""
    membership: int = 0


def mode_word(mode: str) -> str:
    """Return how somebody is in a call, in the reader's language."""
    return {"listen": _("listens"), "whisper": _("whispers"), "muted": _("muted")}.get(mode, "")


@require_safe
@staff_call
def telephone(request: StaffRequest) -> HttpResponse:
    """Show the call in which one's telephone is, and the calls that one may come into."""
    membership = request.membership
    call = current_call(membership)
    supervisor = may_supervise(membership)
    context = {
        "shown": _shown(call, membership) if call else None,
        "others": [] if call or not supervisor else _talks(membership),
        "modes": [("listen", _("Listen")), ("whisper", _("Whisper")), ("talk", _("Join in"))],
        "keys": "123456789*0#",
    }
    return render(request, "desk/_telephone.html", context)


def _shown(call: Call, membership: Membership) -> dict[str, Any]:
    state = state_of(call)
    mine = next(leg for leg in state.legs if leg.membership == membership.pk)
    talks = state.stage == Stage.TALKING
    conversation = call.conversation
    others = [leg for leg in state.legs if leg is not mine]
    names = {each.pk: each.user.name for each in colleagues_who_answer(membership)}
    return {
        "ref": call.ref,
        "conversation": conversation.ref if conversation else "",
        "label": call.contact.name,
        "topic": topic_name(call.brand, state.topic),
        "language": present.language_name(state.language),
        "talks": talks and mine.joined,
        "seconds": max(0, round(clock.now().timestamp() - state.talks)) if state.talks else 0,
        "agent": mine.role == Role.AGENT,
        "held": state.held,
        "muted": mine.mode == "muted",
        "mode": mine.mode if mine.role == Role.SUPERVISE else "",
        "recording": bool(state.recording),
        "asked": next((leg for leg in others if leg.role == Role.CONSULT), None),
        "others": [_other(leg, names) for leg in others],
        "people": sorted(names.items(), key=lambda item: item[1]),
        "leg": mine.name,
        "in_talk": abilities_of(call.driver).in_talk,
        "opens": _opens(call, membership),  # an attribute: fragments hold no script elements
    }


def _opens(call: Call, membership: Membership) -> str:
    """Return what opens one's line with the driver, as JSON; "" where one's own telephone rings."""
    if not abilities_of(call.driver).in_talk:
        return ""
    if call.driver == "asterisk":
        known = settings.WALLETDESK
        account = sip_account(known.asterisk, membership.pk, known.media.ice)
        return json.dumps({"sip": account}) if account else ""  # a telephone of their own rings
    return json.dumps({"token": leg_token("agent", str(membership.pk))})


def _other(leg: Leg, names: dict[int, str]) -> dict[str, str]:
    word = mode_word(leg.mode) if leg.joined else _("is rung")
    return {"name": names.get(leg.membership, _("A colleague")), "word": word}


def _talks(membership: Membership) -> list[dict[str, str]]:
    """Return the talks that go on without this person."""
    return [
        {"ref": call.ref, "agent": call.agent.user.name, "label": call.contact.name}
        for call in live_calls(membership)
        if call.stage == Stage.TALKING
        and call.agent
        and call.agent_id != membership.pk
        and abilities_of(call.driver).in_talk
    ]


@require_POST
@staff_call
def press(request: StaffRequest, ref: str, what: str) -> HttpResponse:
    """Do what a button says; what it means now is the call's to decide."""
    require_right(request.membership.role, Permission.CONVERSATION_ANSWER)
    pressed = read_body(request, Pressed)
    call = get_call_for(request.membership, ref)
    act = _ACTS.get(what)
    if act is None:
        raise NotFound
    act(call, request.membership, pressed)
    return JsonResponse({}, status=200)


def _consult(call: Call, membership: Membership, pressed: Pressed) -> None:
    colleague = get_colleague_for(membership, pressed.membership)
    acts.consult_colleague(call=call, membership=membership, colleague=colleague)


_ACTS: Final[dict[str, Callable[[Call, Membership, Pressed], None]]] = {
    "accept": lambda call, me, _pressed: acts.accept_call(call=call, membership=me),
    "hold": lambda call, me, pressed: acts.give_order(
        call=call, membership=me, order=states.Hold(pressed.on)
    ),
    "mute": lambda call, me, pressed: acts.mute_telephone(call=call, membership=me, on=pressed.on),
    "consult": _consult,
    "join": lambda call, me, _pressed: acts.give_order(
        call=call, membership=me, order=states.Join()
    ),
    "transfer": lambda call, me, _pressed: acts.give_order(
        call=call, membership=me, order=states.Transfer()
    ),
    "drop": lambda call, me, _pressed: acts.drop_colleague(call=call, membership=me),
    "keys": lambda call, me, pressed: acts.press_keys(call=call, membership=me, keys=pressed.keys),
    "hangup": lambda call, me, _pressed: acts.hang_up(call=call, membership=me),
    "supervise": lambda call, me, pressed: acts.supervise_call(
        call=call, membership=me, mode=pressed.mode
    ),
}
