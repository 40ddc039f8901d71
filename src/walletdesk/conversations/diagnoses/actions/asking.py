"""Asking for a look-up. The networks are asked by a job, after the commit."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.diagnoses.actions.recording import record_diagnosis, tell_made
from walletdesk.conversations.diagnoses.actions.refusals import NothingNamed
from walletdesk.conversations.diagnoses.models import Diagnosis
from walletdesk.conversations.diagnoses.queries import named_in
from walletdesk.conversations.diagnoses.rules import ATTEMPTS
from walletdesk.conversations.diagnoses.types import Looked, State
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience
from walletdesk.kit import clock
from walletdesk.kit.jobs import later

LOOK_JOB = "diagnoses.look"
LOST_AFTER = timedelta(seconds=60)  # a look takes 5 s at most
AGAIN_AFTER = timedelta(seconds=10)


@transaction.atomic
def ask_diagnosis(*, conversation: Conversation, seq: int, explain: bool = False) -> Diagnosis:
    """Have what a message names looked up, once: asking again returns the row that is there.

    With `explain` the bot tells the customer, also what somebody else had looked up before. The
    caller has made sure that it names something.
    """
    row, new = Diagnosis.objects.get_or_create(
        conversation=conversation,
        seq=seq,
        defaults={"explain": explain, "asked_at": clock.now()},
    )
    if new:
        later(LOOK_JOB, at=clock.now(), diagnosis_id=row.pk)
    elif explain and not row.explain:
        Diagnosis.objects.filter(pk=row.pk).update(explain=True)
        if row.state != State.ASKED:
            tell_made(row)
    return row


@transaction.atomic
def ask_by_customer(*, conversation: Conversation, seq: int) -> None:
    """Have a customer's chip looked up. Raises NothingNamed."""
    if seq not in named_in(conversation, Audience.CUSTOMER, [seq]):
        raise NothingNamed
    row = ask_diagnosis(conversation=conversation, seq=seq)
    _ask_again(row)


@transaction.atomic
def ask_by_staff(
    *, conversation: Conversation, membership: Membership, seqs: Collection[int], again: bool
) -> None:
    """Have what these messages name looked up; with `again` also what is known already.

    Messages that name nothing are passed over.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    for seq in sorted(named_in(conversation, Audience.STAFF, seqs)):
        row = ask_diagnosis(conversation=conversation, seq=seq)
        if again:
            _ask_again(row)


def _ask_again(row: Diagnosis) -> None:
    """Look once more at what was looked at a while ago. One of many callers wins."""
    now = clock.now()
    changed = (
        Diagnosis.objects.filter(pk=row.pk)
        .filter(~Q(state=State.ASKED), Q(made_at=None) | Q(made_at__lt=now - AGAIN_AFTER))
        .update(state=State.ASKED, asked_at=now, attempts=0, explain=False)
    )
    if changed:
        later(LOOK_JOB, at=now, diagnosis_id=row.pk)


@transaction.atomic
def take_up_lost() -> int:
    """Ask again for what never came, and give up what keeps not coming. Returns how many."""
    before = clock.now() - LOST_AFTER
    lost = Diagnosis.objects.filter(state=State.ASKED, asked_at__lt=before)
    for row in lost.filter(attempts__gte=ATTEMPTS)[:100]:
        record_diagnosis(diagnosis=row, looked=Looked((), {}))
    keys = list(
        lost.filter(attempts__lt=ATTEMPTS)
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:100]
    )
    Diagnosis.objects.filter(pk__in=keys).update(asked_at=clock.now(), attempts=F("attempts") + 1)
    for key in keys:
        later(LOOK_JOB, at=clock.now(), diagnosis_id=key)
    return len(keys)
