"""Calls out: call-backs whose conversation somebody has taken, and calls that agents make."""

import secrets
from datetime import timedelta
from typing import ClassVar

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.refusals import NotYours
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import DomainError
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.voice.actions.effects import SALT, TRIES
from walletdesk.voice.actions.flow import keep_step
from walletdesk.voice.actions.telephone import CallMovedOn
from walletdesk.voice.flow.states import Facts, Stage, State
from walletdesk.voice.models import Call, Callback
from walletdesk.voice.numbers import may_dial, number_of, rules_of
from walletdesk.voice.ports import dialling_driver
from walletdesk.voice.queries import (
    due_callbacks,
    facts_of,
    lines_of,
    lock_call,
    newest_menu,
    phone_of,
)
from walletdesk.voice.rules import call_out

AGAIN = timedelta(minutes=10)
AT_ONCE = 20
AGENT_AN_HOUR = 20  # calls that one member of staff makes


class MayNotDial(DomainError):
    """The number lies in a country that the brand does not call, or nothing here can dial."""

    code: ClassVar[str] = "may_not_dial"


def call_back_due() -> bool:
    """Call those whose turn has come; tell whether more wait. A worker calls it often."""
    due = due_callbacks(clock.now(), AT_ONCE)
    for pk in due:
        start_callback(callback_id=pk)
    return len(due) == AT_ONCE


@transaction.atomic
def call_customer(*, conversation: Conversation, membership: Membership, item: str) -> None:
    """Call one of a customer's numbers for who has the conversation. Audited.

    `item` names the number as the masked list does (contacts.personal.queries); nobody sees it.
    The called hear our code first, which their app shows, and press a key before anybody is rung.
    Raises NotYours, NotFound, MayNotDial, TooMany, or CallMovedOn while a call with them goes on.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_conversation(conversation.pk)
    if locked.status != Status.OPEN or locked.assignee_id != membership.pk:
        raise NotYours
    digest, driver = phone_of(locked.contact, item), dialling_driver()
    if not driver or not may_dial(locked.brand, number_of(locked.contact_id, digest)):
        raise MayNotDial
    if Call.objects.filter(conversation=locked, ended_at=None).exists():
        raise CallMovedOn
    hit(
        what="out-call-staff",
        who=str(membership.pk),
        limit=AGENT_AN_HOUR,
        window=timedelta(hours=1),
    )
    row, _made = Callback.objects.update_or_create(
        conversation=locked,
        defaults={
            "brand": locked.brand,
            "line": next(iter(lines_of(locked.brand)), None),
            "driver": driver,
            "number_hash": digest,
            "salt": secrets.token_bytes(SALT),
            "language": locked.language,
            "state": "waiting",
            "tries": TRIES - 1,  # whoever called decides whether to call again
            "due_at": clock.now(),
        },
    )
    if start_callback(callback_id=row.pk) is None:
        raise TooMany(retry_after=int(AGAIN.total_seconds()))
    record_audit(
        brand=locked.brand,
        actor=membership,
        action="call.made",
        subject=f"conversation:{locked.ref}",
    )


@transaction.atomic
def start_callback(*, callback_id: int) -> Call | None:
    """Dial for whoever has the conversation now; None when it is not to be, or not now.

    Only countries that the brand allows, and no more than it allows in an hour: a stranger who gets
    at the menu must not make us call premium numbers.
    """
    rows = Callback.objects.select_for_update(of=("self",), skip_locked=True)
    related = ("conversation__contact__brand", "conversation__assignee", "brand", "line")
    row = rows.select_related(*related).filter(pk=callback_id, state="waiting").first()
    agent = (row.conversation.merged_into or row.conversation).assignee if row else None
    if row is None or agent is None:
        return None
    contact = row.conversation.contact
    number = number_of(contact.pk, row.number_hash)
    if not may_dial(row.brand, number):
        row.state = "given_up"
        row.save(update_fields=["state"])
        return None
    try:
        hit(
            what="out-call",
            who=str(row.brand_id),
            limit=rules_of(row.brand).calls_per_hour,
            window=timedelta(hours=1),
        )
    except TooMany:
        row.due_at = clock.now() + AGAIN
        row.save(update_fields=["due_at"])
        return None
    row.state = "calling"
    row.save(update_fields=["state"])
    ref = ids.new_ref()
    made = Call.objects.create(
        ref=ref,
        brand=row.brand,
        line=row.line,
        menu=newest_menu(row.brand),
        contact=contact,
        conversation=row.conversation,
        driver=row.driver,
        name=f"out-{ref}",
        number_hash=bytes(row.number_hash),
        stage=Stage.NEW,
        state={},
        agent=agent,
        out=True,
        started_at=clock.now(),
    )
    call = lock_call(made.pk)
    facts: Facts = facts_of(call, State())
    keep_step(
        call,
        call_out(agent=agent.pk, language=row.language, facts=facts),
    )
    return call
