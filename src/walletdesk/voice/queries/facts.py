"""What the flow is told of a call."""

import math

from walletdesk.accounts.models import Brand
from walletdesk.contacts.personal.keys import lookup
from walletdesk.kit import clock
from walletdesk.kit.shapes import convert
from walletdesk.routing.queries import expected_wait
from walletdesk.sla.queries import hours_of, hours_of_inboxes
from walletdesk.voice.flow.states import Facts, LineRules, Place, State
from walletdesk.voice.models import (
    Call,
    Callback,
    Line,
)
from walletdesk.voice.numbers import may_dial, number_of
from walletdesk.voice.ports import abilities_of, texter
from walletdesk.voice.queries.lines import lines_of, menu_of, newest_menu, phrases_of


def state_of(call: Call) -> State:
    """Return what the flow remembers of a call."""
    return convert(call.state, State)


def facts_of(call: Call, state: State) -> Facts:
    """Return the world as the flow is told of it now."""
    line = call.line
    number = number_of(call.contact_id, call.number_hash)
    code = ""
    if call.out and call.conversation_id:
        row = Callback.objects.filter(conversation=call.conversation_id).first()
        code = callback_code(row) if row else ""
    return Facts(
        now=clock.now().timestamp(),
        line=line_rules(line, call.driver)
        if line
        else LineRules(languages=tuple(call.brand.languages)),
        menu=menu_of(call.brand, call.menu),
        phrases=phrases_of(call.brand),
        open=is_open(call.brand, line),
        full=line is not None and _live(line) > line.most_calls,
        place=place_of(call) if state.queued else None,
        number=may_dial(call.brand, number),
        language=_chat_language(call, line),
        code=code,
    )


def line_rules(line: Line, driver: str = "") -> LineRules:
    """Return how a number is answered, as the flow reads it.

    No call-back is offered where nobody could be called: a chat's call without a telephone line.
    """
    return LineRules(
        languages=tuple(line.languages) or tuple(line.brand.languages),
        record=line.record,
        announce_seconds=line.announce_seconds,
        overflow_seconds=line.overflow_seconds,
        call_backs=line.call_backs and abilities_of(driver).dials,
        messages=line.messages,
        links=line.links and texter() is not None,
        survey=line.survey,
    )


def is_open(brand: Brand, line: Line | None) -> bool:
    """Tell whether the line's hours, else the brand's, say that people answer now."""
    own = hours_of_inboxes(brand).get(line.pk) if line else None
    hours = own or hours_of(brand)
    return hours is None or hours.open


def place_of(call: Call) -> Place | None:
    """Return place and wait of a call that waits; None when the desk cannot say."""
    if call.conversation is None:
        return None
    stands_in = call.conversation.merged_into or call.conversation
    wait = expected_wait(call.brand, conversation=stands_in)
    return Place(wait.place, max(1, math.ceil(wait.high / 60))) if wait else None


def _live(line: Line) -> int:
    return Call.objects.filter(line=line, ended_at=None).count()


def _chat_language(call: Call, line: Line | None) -> str:
    if call.number_hash is not None and not call.out:
        return ""
    spoken = line.languages if line else call.brand.languages
    return call.contact.language if call.contact.language in spoken else ""


def callback_code(row: Callback) -> str:
    """Return the four digits by which both sides know a call-back. Derived, never stored."""
    digest = lookup("call-back-code", f"{row.conversation_id}|{bytes(row.salt).hex()}")
    return f"{int.from_bytes(digest[:8], 'big') % 10_000:04}"


def trial_facts(brand: Brand, state: State) -> Facts:
    """Return the world for a test call: the brand's menu and first number, an open desk."""
    line = next(iter(lines_of(brand)), None)
    return Facts(
        now=clock.now().timestamp(),
        line=line_rules(line) if line else LineRules(languages=tuple(brand.languages)),
        menu=menu_of(brand, newest_menu(brand)),
        phrases=phrases_of(brand),
        open=is_open(brand, line),
        place=Place(3, 5) if state.queued else None,
        number=True,
    )
