"""Opening a case: by a person, by the topic of a conversation, or by the guard."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import people_for
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.cases import events, ports, rules, texts
from walletdesk.cases.actions.base import record, settle_step
from walletdesk.cases.actions.references import take_from_messages
from walletdesk.cases.models import CaseStep, SecurityCase
from walletdesk.cases.queries import same_secret, security_team
from walletdesk.cases.types import CaseKind, CaseState
from walletdesk.conversations.actions.cases import alarm, note_case, warn
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation, lock_conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound
from walletdesk.kit.jobs import later
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety import guard

CHECK_JOB = "cases.check"
SILENT = (Status.NEW, Status.MERGED)
TOPIC_OF = {CaseKind.WALLET_STOLEN: "wallet_stolen", CaseKind.PHISHING: "phishing_link"}


@transaction.atomic
def open_case(
    *, conversation: Conversation, membership: Membership, kind: CaseKind
) -> SecurityCase:
    """Open a case for a conversation; an open one of this kind is returned. Raises NotAllowed.

    The conversation becomes critical and, unless somebody has it, the security team's.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_conversation(conversation.pk)
    if locked.brand_id != membership.brand_id or locked.status in SILENT:
        raise NotFound
    return _open(locked, kind, by=membership)


@transaction.atomic
def open_for_topic(*, conversation_id: int) -> None:
    """Open a case when a conversation's topic asks for one.

    The handler of `topic_changed` and `conversation_queued`. What was closed is not opened again
    by the same topic: a person decides.
    """
    locked = _lock_place(conversation_id)
    if locked is None or locked.status == Status.RESOLVED:
        return
    own = get_conversation(conversation_id)  # its topic does not move to where it was merged into
    kind = rules.TOPICS.get(own.topic) if own else None
    known = SecurityCase.objects.filter(conversation__in=(locked.pk, conversation_id), kind=kind)
    if kind is None or known.exists():
        return
    _take_merged(_open(locked, kind, by=None), own)


@transaction.atomic
def open_for_secret(
    *, conversation_id: int, seq: int, kinds: Sequence[str], fingerprint: str
) -> None:
    """Open a case when the guard caught a secret: the handler of `secret_caught`.

    `fingerprint` is a keyed hash, by which the same secret is known again. A second secret in the
    same conversation goes into the case that is open.
    """
    locked = _lock_place(conversation_id)
    if locked is None:
        return
    case = _open(locked, CaseKind.SECRET_CAUGHT, by=None, fingerprint=fingerprint[:128])
    place: dict[str, Any] = {"seq": seq} if locked.pk == conversation_id else {}
    record(case, "secret", None, kinds=sorted(map(str, kinds))[:8], **place)
    known = [one.ref for one in same_secret(case)]
    if known:
        record(case, "same_secret", None, cases=known)
    _take_merged(case, get_conversation(conversation_id))


def _lock_place(conversation_id: int) -> Conversation | None:
    """Return the conversation in which a matter goes on, locked: where it was merged into."""
    own = get_conversation(conversation_id)
    if own is None:
        return None  # erased meanwhile
    try:
        locked = lock_conversation(own.merged_into_id or own.pk)
        if locked.merged_into_id:  # at this moment
            locked = lock_conversation(locked.merged_into_id)
    except Conversation.DoesNotExist:
        return None
    return None if locked.status in SILENT else locked


def _take_merged(case: SecurityCase, named: Conversation | None) -> None:
    """Take over what was written in a conversation before it was merged into the case's."""
    if named is not None and named.pk != case.conversation_id:
        take_from_messages(case, [named], ports.chain())


def _open(
    conversation: Conversation, kind: CaseKind, *, by: Membership | None, fingerprint: str = ""
) -> SecurityCase:
    """Open a case for a locked conversation, or return the one that is open."""
    live = SecurityCase.objects.filter(conversation=conversation, kind=kind)
    team = security_team(conversation.brand)
    try:
        with transaction.atomic():
            case = SecurityCase.objects.create(
                ref=ids.new_ref(),
                brand=conversation.brand,
                contact=conversation.contact,
                conversation=conversation,
                kind=kind,
                team=team,
                fingerprint=fingerprint,
                created_at=clock.now(),
            )
    except IntegrityError:
        case = live.exclude(state=CaseState.CLOSED).get()
        if fingerprint and not case.fingerprint:
            SecurityCase.objects.filter(pk=case.pk).update(fingerprint=fingerprint)
            case.fingerprint = fingerprint
        return case
    CaseStep.objects.bulk_create(CaseStep(case=case, code=code) for code in rules.steps_of(kind))
    record(case, "opened", by, kind=str(kind))
    record_audit(
        brand=case.brand,
        actor=by,
        action="case.opened",
        subject=f"case:{case.ref}",
        detail={"kind": str(kind), "conversation": conversation.ref},
    )
    alarm(conversation=conversation, topic=TOPIC_OF.get(kind, ""), team=team)
    if by is None and kind in rules.LOST:
        _warn(case, conversation)
    note_case(
        conversation=conversation,
        case=case.ref,
        state="opened" if by else "opened_by_itself",
        by=by,
        people=people_for(case.brand, team),
    )
    take_from_messages(case, [conversation], ports.chain())
    publish(name=events.CASE_OPENED, key=str(case.pk), payload={"case_id": case.pk, "kind": kind})
    later(CHECK_JOB, at=clock.now(), case_id=case.pk)
    return case


def _warn(case: SecurityCase, conversation: Conversation) -> None:
    """Warn of the second fraud before a person comes: it often strikes within the hour."""
    with translation.override(conversation.language or case.brand.default_language):
        text = texts.second_scam(case.brand.name)
    seq = warn(conversation=conversation, text=guard.check(text).safe)
    settle_step(case, "second_scam", None)
    record(case, "warned", None, seq=seq)
