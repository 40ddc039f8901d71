"""What a step of a call means for the desk: timeline, queue, call-backs, codes, ratings."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from walletdesk.accounts.models import Team
from walletdesk.accounts.queries import get_active_membership
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.bot import set_language
from walletdesk.conversations.actions.calls import (
    begin_call,
    let_wait,
    move_call,
    note_call,
    put_back,
    settle_call,
)
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit import clock
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.personal import normal_phone
from walletdesk.voice import events
from walletdesk.voice.actions.codes import check_code, send_code
from walletdesk.voice.flow import states
from walletdesk.voice.flow.states import Effect, News, PlaceKept, State
from walletdesk.voice.models import Call, Callback, Recording
from walletdesk.voice.numbers import may_dial, number_hash, number_of, rules_of
from walletdesk.voice.ports import texter
from walletdesk.voice.queries import callback_code

SALT = 16
TRIES = 3  # call-backs that nobody answers
AGAIN = timedelta(minutes=20)
QUIET = frozenset({"came", "waits"})  # told by other lines of the timeline already
OUTCOMES = frozenset({"left", "missed", "lost", "ended", "cut", "call_back", "link", "overflow"})


def follow(call: Call, state: State, effect: Effect) -> News | None:
    """Do what a step asks for, in its transaction; return news for the flow when it answers."""
    return _EFFECTS[type(effect)](call, state, effect)


def conversation_of(call: Call, state: State) -> Conversation:
    """Return the call's conversation, locked; it is opened when first something must stand there.

    Before that a caller may still show who they are, and it becomes a conversation of theirs. One
    that was merged goes on where it was merged into.
    """
    own = call.conversation
    if own is not None:
        return lock_conversation(own.merged_into_id or own.pk)
    language = state.language or call.contact.language
    made = begin_call(contact=call.contact, language=language)
    call.conversation = made
    call.save(update_fields=["conversation"])
    note_call(conversation=made, call=call.ref, state="came")
    return made


def _since(state: State) -> datetime:
    return datetime.fromtimestamp(state.waits, UTC) if state.waits else clock.now()


def _note(call: Call, state: State, effect: states.Note) -> None:
    if effect.code in OUTCOMES:
        call.outcome = effect.code
    if effect.code == "connected":
        call.waited_seconds = round(effect.seconds)
        Callback.objects.filter(conversation=call.conversation_id).update(state="done")
    if effect.code in ("ended", "cut"):
        call.talked_seconds = round(effect.seconds)
    call.save(update_fields=["outcome", "waited_seconds", "talked_seconds"])
    if effect.code not in QUIET and effect.code != "known":
        note_call(
            conversation=conversation_of(call, state),
            call=call.ref,
            state=effect.code,
            seconds=round(effect.seconds),
        )


def _enqueue(call: Call, state: State, _effect: states.Enqueue) -> News:
    _let_wait(call, state)
    return states.Queued()


def _let_wait(call: Call, state: State) -> Conversation:
    locked = conversation_of(call, state)
    if state.language:
        set_language(conversation=locked, language=state.language)
    team = Team.objects.filter(pk=state.team, brand=call.brand).first() if state.team else None
    let_wait(
        conversation=locked,
        topic=state.topic,
        urgency=state.urgency,
        team=team,
        since=_since(state),
    )
    return locked


def _release(call: Call, state: State, effect: states.Release) -> None:
    locked = conversation_of(call, state)
    note_call(conversation=locked, call=call.ref, state="not_taken_up", reason=effect.reason)
    put_back(conversation=locked, since=_since(state))


def _moved(call: Call, state: State, effect: states.Moved) -> None:
    by, to = get_active_membership(effect.by), get_active_membership(effect.membership)
    if by is not None and to is not None:
        move_call(conversation=conversation_of(call, state), by=by, to=to)


def _send_code(call: Call, _state: State, _effect: states.SendCode) -> None:
    send_code(call=call)


def _check_code(call: Call, _state: State, effect: states.CheckCode) -> News:
    return check_code(call=call, keys=effect.keys)


def _keep_place(call: Call, state: State, effect: states.KeepPlace) -> News:
    """Note a call-back, if that number may be called and nobody asks for too many."""
    number = normal_phone(_typed(effect.number)) if effect.number else None
    number = number or ("" if effect.number else number_of(call.contact_id, call.number_hash))
    if not may_dial(call.brand, number):
        return PlaceKept()
    try:
        hit(what="call-back", who=number, limit=3, window=timedelta(hours=24))
    except TooMany:
        return PlaceKept()
    set_identity(
        contact=call.contact, kind=IdentityKind.PHONE, value=number, source=Source.CUSTOMER
    )
    locked = _let_wait(call, state)
    row, _made = Callback.objects.update_or_create(
        conversation=locked,
        defaults={
            "brand": call.brand,
            "line": call.line,
            "driver": call.driver,
            "number_hash": number_hash(number),
            "salt": secrets.token_bytes(SALT),
            "language": state.language or call.contact.language,
            "state": "waiting",
            "due_at": clock.now(),
        },
    )
    return PlaceKept(callback_code(row))


def _typed(keys: str) -> str:
    """Return typed keys as a number with its country."""
    digits = keys.removesuffix("#").replace("*", "")
    return "+" + digits.removeprefix("00")


def _send_link(call: Call, state: State, _effect: states.SendLink) -> None:
    sender = texter()
    if sender is not None and call.number_hash is not None:
        sender.link(conversation=conversation_of(call, state), number_hash=bytes(call.number_hash))


def _message(call: Call, state: State, effect: states.Message) -> None:
    locked = _let_wait(call, state)
    call.outcome = "message"
    call.save(update_fields=["outcome"])
    _recording(call, locked, effect.name, effect.seconds, "message")


def _kept(call: Call, state: State, effect: states.Kept) -> None:
    _recording(call, conversation_of(call, state), effect.name, effect.seconds, "recording")


def _recording(call: Call, locked: Conversation, name: str, seconds: float, what: str) -> None:
    """Show a complete recording in the timeline; one whose sound never came says so."""
    row = Recording.objects.filter(call=call, name=name).first()
    if row is None:
        note_call(conversation=locked, call=call.ref, state="sound_missing")
        return
    if row.complete:
        return
    Recording.objects.filter(pk=row.pk).update(complete=True, seconds=seconds)
    note_call(
        conversation=locked,
        call=call.ref,
        state=what,
        recording=row.pk,
        seconds=round(seconds),
    )
    publish(
        name=events.CALL_RECORDED,
        key=str(locked.pk),
        payload={"recording_id": row.pk},
    )


def _rate(call: Call, state: State, effect: states.Rate) -> None:
    locked = conversation_of(call, state)
    publish(
        name=events.CALL_RATED,
        key=str(locked.pk),
        payload={
            "conversation_id": locked.pk,
            "speed": effect.speed,
            "accuracy": effect.accuracy,
            "manner": effect.manner,
        },
    )


def _not_reached(call: Call, state: State, effect: states.NotReached) -> None:
    """Try again later, TRIES times in all; then whoever has the conversation decides."""
    locked = conversation_of(call, state)
    row = Callback.objects.select_for_update().filter(conversation=call.conversation_id).first()
    if row is not None:
        row.tries += 1
        row.state = "waiting" if row.tries < TRIES else "given_up"
        row.due_at = clock.now() + AGAIN
        row.save(update_fields=["tries", "state", "due_at"])
    call.outcome = "not_reached"
    call.save(update_fields=["outcome"])
    note_call(conversation=locked, call=call.ref, state="not_reached", reason=effect.reason)


def _settle(call: Call, state: State, _effect: states.Settle) -> None:
    settle_call(conversation=conversation_of(call, state))


_EFFECTS: dict[type[Any], Callable[[Call, State, Any], News | None]] = {
    states.Note: _note,
    states.Enqueue: _enqueue,
    states.Release: _release,
    states.Moved: _moved,
    states.SendCode: _send_code,
    states.CheckCode: _check_code,
    states.KeepPlace: _keep_place,
    states.SendLink: _send_link,
    states.Message: _message,
    states.Kept: _kept,
    states.Rate: _rate,
    states.NotReached: _not_reached,
    states.Settle: _settle,
}


def keep_days(call: Call) -> timedelta:
    """Return how long recordings of a call are kept."""
    return timedelta(days=rules_of(call.brand).keep_days)
