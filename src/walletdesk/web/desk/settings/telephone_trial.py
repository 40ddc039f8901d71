"""A test call as text: the real flow in the page, without sound, queue or rows."""

from typing import Any

import msgspec
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.kit.shapes import convert
from walletdesk.voice.flow.states import (
    CheckCode,
    CodeChecked,
    Enqueue,
    KeepPlace,
    PlaceKept,
    Queued,
    Stage,
    State,
    Taken,
    Tick,
)
from walletdesk.voice.queries import trial_facts
from walletdesk.voice.rules import step
from walletdesk.voice.types import (
    Answered,
    Connect,
    Digits,
    Hold,
    HungUp,
    Incoming,
    LegAnswered,
    LegLeft,
    Play,
    Played,
    Recorded,
    TakeMessage,
)
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import section_call, section_page, show

SALT = "walletdesk.voice.trial"
KEYS = "123456789*0#"
TRIAL_CODE = "123456"
SECONDS = 3_600


@require_safe
@section_page("telephone")
def page(request: StaffRequest) -> HttpResponse:
    """Show a telephone that calls the hotline."""
    return show(request, "telephone", "telephone_trial", _begun(request))


@require_POST
@section_call("telephone")
def press(request: StaffRequest) -> HttpResponse:
    """Do one thing in the call and show what is heard then."""
    try:
        kept = signing.loads(request.POST.get("state", ""), salt=SALT, max_age=SECONDS)
        state = convert(kept, State)
    except (signing.BadSignature, msgspec.ValidationError):
        return render(request, "desk/settings/_telephone_trial.html", _begun(request))
    context = _heard(request, state, _event(state, request.POST.get("do", "")))
    return render(request, "desk/settings/_telephone_trial.html", context)


def _begun(request: StaffRequest) -> dict[str, Any]:
    began = step(State(), Incoming("", ""), trial_facts(request.membership.brand, State()))
    return _heard(request, began.state, Answered())


def _event(state: State, what: str) -> Any:
    """Return what a button stands for; silence when it means nothing here."""
    leg = state.main.name if state.main else ""
    chosen = {
        "agent": Taken(1),
        "answer": LegAnswered(leg),
        "leave": LegLeft(leg),
        "listen": Played(),
        "hang_up": HungUp("caller"),
        "spoken": Recorded(state.recording, 5.0),
        "code": Digits(TRIAL_CODE),
    }
    if what in chosen:
        return chosen[what]
    if len(what) == 1 and what in KEYS:
        return Digits(what)
    return Digits("")


def _heard(request: StaffRequest, state: State, event: Any) -> dict[str, Any]:
    """Take one step and those that follow by themselves; return what the page shows."""
    said: list[str] = []
    choices: tuple[tuple[str, str], ...] = ()
    for _turn in range(4):
        facts = trial_facts(request.membership.brand, state)
        if isinstance(event, Digits) and not event.keys and state.stage == Stage.WAITING:
            facts, event = msgspec.structs.replace(facts, now=state.due), Tick()
        written = step(state, event, facts)
        state = written.state
        for _number, command in written.commands:
            said += [one.text for one in command.said] if isinstance(command, Play) else []
            if isinstance(command, Hold):
                said.append(_("(music) %(text)s") % {"text": command.text})
            if isinstance(command, TakeMessage):
                said.append(_("(tone: the caller speaks)"))
            if isinstance(command, Connect):
                said.append(_("(the agent's telephone rings)"))
            choices = command.choices if isinstance(command, Play | Hold) else choices
        answers = [_answer(effect) for effect in written.effects]
        event = next((answer for answer in answers if answer is not None), None)
        if event is None:
            break
    return {
        "said": said,
        "choices": choices,
        "keys": KEYS,
        "buttons": _buttons(state),
        "over": state.stage == Stage.OVER,
        "stage": state.stage,
        "state": signing.dumps(msgspec.to_builtins(state), salt=SALT),
    }


def _answer(effect: Any) -> Any:
    if isinstance(effect, CheckCode):
        return CodeChecked(good=effect.keys == TRIAL_CODE, status="open")
    if isinstance(effect, Enqueue):
        return Queued()
    return PlaceKept("4271") if isinstance(effect, KeepPlace) else None


def _buttons(state: State) -> list[tuple[str, str]]:
    """Return what else can happen now, with words."""
    by_stage = {
        Stage.CODE: [("code", _("Key in the right code"))],
        Stage.WAITING: [("agent", _("An agent takes the call"))],
        Stage.OPTIONS: [("agent", _("An agent takes the call"))] if state.queued else [],
        Stage.RINGING: [("answer", _("The agent answers"))],
        Stage.TALKING: [("leave", _("The agent hangs up"))],
        Stage.MESSAGE: [("listen", _("Listen to the end"))],
        Stage.RECORDING: [("spoken", _("Speak for five seconds"))],
        Stage.PARTING: [("listen", _("Listen to the end"))],
    }
    return [*by_stage.get(state.stage, []), ("", _("Say nothing")), ("hang_up", _("Hang up"))]
