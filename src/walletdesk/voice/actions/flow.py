"""A call takes its steps: each in one transaction with its commands and all that follows.

The row of the call is locked first, so that events of one call come one after the other, whichever
process hears them. Nothing here talks to a driver: it is told of its commands after the commit.
"""

from datetime import UTC, datetime

import msgspec
from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import screens_of
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.identities import set_first_identities
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock, ids
from walletdesk.kit.wake import signal_each, wake_drivers
from walletdesk.safety.personal import normal_phone
from walletdesk.voice.actions.effects import follow
from walletdesk.voice.flow.states import News, Order, Stage, State, Taken, Tick
from walletdesk.voice.flow.writing import Step
from walletdesk.voice.models import Call, CallCommand, Line
from walletdesk.voice.numbers import number_hash
from walletdesk.voice.queries import (
    command_of,
    due_calls,
    facts_of,
    line_called,
    lock_call,
    newest_menu,
    state_of,
    taken_calls,
)
from walletdesk.voice.rules import as_heard, step
from walletdesk.voice.tokens import BadToken, read_leg_token
from walletdesk.voice.types import Command, Event, Failed, HungUp, Incoming

_encoder = msgspec.json.Encoder()
AT_ONCE = 50


@transaction.atomic
def take_event(*, driver: str, name: str, event: Event) -> None:
    """Take what a driver heard of a call. An event that fits nothing, or comes again, is no error.

    A call that nobody here knows begins with `Incoming`; anything else of it is dropped.
    """
    call = Call.objects.filter(driver=driver, name=name).only("pk").first()
    if call is None:
        if not isinstance(event, Incoming):
            return
        call = _begin(driver, name, event)
        if call is None:
            return
    _take(lock_call(call.pk), event)


@transaction.atomic
def tell_call(*, call_id: int, news: News | Order) -> None:
    """Take what happens to a call besides sound: time, agents, checks."""
    _take(lock_call(call_id), news)


def call_due() -> bool:
    """Move calls on whose time has come, or that somebody has taken; tell whether more wait."""
    due = due_calls(clock.now(), AT_ONCE)
    taken = taken_calls(AT_ONCE)
    for pk, member in taken:
        tell_call(call_id=pk, news=Taken(member))
    for pk in due:
        tell_call(call_id=pk, news=Tick())
    return len(due) == AT_ONCE or len(taken) == AT_ONCE


def _begin(driver: str, name: str, event: Incoming) -> Call | None:
    known = _chat_contact(event.token) if event.token else None
    line = line_called(event.called, known.brand if known else None)
    if line is None or (event.token and known is None):
        return None
    number = normal_phone(event.caller) if event.caller else None
    contact = known or _stranger(line.brand, line, number or "")
    call, _made = Call.objects.get_or_create(
        driver=driver,
        name=name[:120],
        defaults={
            "ref": ids.new_ref(),
            "brand": line.brand,
            "line": line,
            "menu": newest_menu(line.brand),
            "contact": contact,
            "number_hash": number_hash(number) if number and not known else None,
            "stage": Stage.NEW,
            "state": {},
            "started_at": clock.now(),
        },
    )
    return call


def _chat_contact(token: str) -> Contact | None:
    """Return the customer whose chat a call comes out of, None when the token is not good."""
    try:
        told = read_leg_token(token, old=True)
    except BadToken:
        return None
    rows = Conversation.objects.filter(ref=told.subject).select_related("contact__brand")
    found = rows.first() if told.kind == "caller" else None
    return found.contact if found else None


def _stranger(brand: Brand, line: Line, number: str) -> Contact:
    """Make a customer of whom only what the network claims is known: that proves nothing."""
    languages = line.languages or brand.languages
    contact = Contact.objects.create(
        brand=brand, label=f"Phone {ids.new_ref()[:4].upper()}", language=languages[0]
    )
    if number:
        set_first_identities(found=[(contact, IdentityKind.PHONE, number)], source=Source.CUSTOMER)
    return contact


def _take(call: Call, event: Event | News | Order) -> None:
    if isinstance(event, Failed):
        event = as_heard(event, command_of(call, event.command))
    before = state_of(call)
    state = before
    for _turn in range(4):  # an effect may answer, and that answer be a step of its own
        written = step(state, event, facts_of(call, state))
        state = written.state
        _keep(call, written)
        answers = [answer for effect in written.effects if (answer := follow(call, state, effect))]
        if not answers:
            break
        event = answers[-1]
    if state != before:
        _tell_agents(call, before, state)


def keep_step(call: Call, written: Step) -> None:
    """Keep the first step of a call that we make."""
    _keep(call, written)
    _tell_agents(call, State(), written.state)


def _keep(call: Call, written: Step) -> None:
    """Write state and commands, and wake the drivers."""
    state = written.state
    call.state = msgspec.to_builtins(state)
    call.stage = state.stage
    call.due_at = datetime.fromtimestamp(state.due, UTC) if state.due else None
    main = state.main
    if main is not None:
        call.agent_id = main.membership
    if state.stage == Stage.OVER and call.ended_at is None:
        call.ended_at = clock.now()
        CallCommand.objects.filter(call=call, done_at=None).update(done_at=call.ended_at, body=b"")
    call.save()
    if written.commands:
        CallCommand.objects.bulk_create(
            CallCommand(call=call, number=number, body=_encoder.encode(command))
            for number, command in written.commands
        )
        wake_drivers()


def _tell_agents(call: Call, before: State, after: State) -> None:
    """Have the pages of everybody in the call read its state again."""
    members = {leg.membership for state in (before, after) for leg in state.legs}
    told = {screen: {"what": "telephone"} for screen in screens_of(members).values()}
    signal_each(f"desk:{call.brand_id}", told)


@transaction.atomic
def settle_command(*, call_id: int, number: int) -> None:
    """Note that a driver has carried a command out; what it said is not kept."""
    rows = CallCommand.objects.filter(call=call_id, number=number, done_at=None)
    rows.update(done_at=clock.now(), body=b"")


@transaction.atomic
def settle_up_to(*, driver: str, name: str, number: int) -> None:
    """Note that a driver that asks for its commands has carried out those up to a number."""
    rows = CallCommand.objects.filter(
        call__driver=driver, call__name=name, number__lte=number, done_at=None
    )
    rows.update(done_at=clock.now(), body=b"")


def end_lost(*, driver: str, names: list[str]) -> None:
    """End calls that their driver does not know any more."""
    for name in names:
        take_event(driver=driver, name=name, event=HungUp("lost"))


def encoded(command: Command) -> bytes:
    """Return a command as it is kept."""
    return _encoder.encode(command)
