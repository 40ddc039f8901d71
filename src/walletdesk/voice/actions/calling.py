"""Call-backs: somebody has taken the conversation, so the customer is called and connected."""

from datetime import timedelta

from django.db import transaction

from walletdesk.kit import clock, ids
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.voice.actions.flow import keep_step
from walletdesk.voice.flow.states import Facts, Stage, State
from walletdesk.voice.models import Call, Callback
from walletdesk.voice.numbers import may_dial, number_of, rules_of
from walletdesk.voice.queries import due_callbacks, facts_of, lock_call, newest_menu
from walletdesk.voice.rules import call_out

AGAIN = timedelta(minutes=10)
AT_ONCE = 20


def call_back_due() -> bool:
    """Call those whose turn has come; tell whether more wait. A worker calls it often."""
    due = due_callbacks(clock.now(), AT_ONCE)
    for pk in due:
        start_callback(callback_id=pk)
    return len(due) == AT_ONCE


@transaction.atomic
def start_callback(*, callback_id: int) -> Call | None:
    """Dial for whoever has the conversation now; None when it is not to be, or not now.

    Only countries that the brand allows, and no more than it allows in an hour: a stranger who gets
    at the menu must not make us call premium numbers.
    """
    rows = Callback.objects.select_for_update(of=("self",), skip_locked=True)
    related = ("conversation__contact__brand", "conversation__assignee", "brand", "line")
    row = rows.select_related(*related).filter(pk=callback_id, state="waiting").first()
    if row is None or row.conversation.assignee is None:
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
        agent=row.conversation.assignee,
        out=True,
        started_at=clock.now(),
    )
    call = lock_call(made.pk)
    facts: Facts = facts_of(call, State())
    keep_step(
        call,
        call_out(agent=row.conversation.assignee.pk, language=row.language, facts=facts),
    )
    return call
