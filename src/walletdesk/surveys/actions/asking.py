"""Whom we ask, when and how: in the chat at once, by mail or SMS later."""

from datetime import timedelta

from django.db import transaction
from django.utils.functional import cached_property

from walletdesk.conversations.actions.block import active_block
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock, ids
from walletdesk.kit.one_by_one import OneByOne
from walletdesk.surveys import ports, rules
from walletdesk.surveys.actions.standing import claim_asking
from walletdesk.surveys.links import new_link
from walletdesk.surveys.models import Invitation, SurveySettings
from walletdesk.surveys.queries import disturb_at, marks_of, settings_of
from walletdesk.surveys.types import AskState, Dropped, Way

AT_ONCE = 20
AGAIN = timedelta(hours=1)  # the mail room takes no more just now
_invitations = OneByOne[int]("invitations to surveys")


@transaction.atomic
def plan_asking(*, conversation_id: int) -> None:
    """Plan to ask later by mail or SMS: the handler of `conversation_resolved`."""
    try:
        locked = lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return  # erased meanwhile
    told = settings_of(locked.brand)
    if locked.status != Status.RESOLVED or not (told.by_email or told.by_sms):
        return
    if active_block(locked.contact_id) is not None:
        return  # who cannot write is not asked
    due = clock.now() + timedelta(hours=told.delay_hours)
    if invitation := _invitation(locked):
        rows = Invitation.objects.filter(pk=invitation.pk)
        waits = rows.filter(state=AskState.PLANNED) | rows.filter(reason=Dropped.REOPENED)
        waits.update(state=AskState.PLANNED, reason="", due_at=due)
    elif locked.rating is None:
        _new(locked, AskState.PLANNED, due_at=due)


def _invitation(locked: Conversation) -> Invitation | None:
    return Invitation.objects.select_for_update().filter(conversation=locked).first()


def _new(locked: Conversation, state: AskState, **fields: object) -> Invitation:
    return Invitation.objects.create(
        ref=ids.new_ref(),
        brand=locked.brand,
        contact=locked.contact,
        conversation=locked,
        state=state,
        **fields,
    )


# --- at once ------------------------------------------------------------------------------


@transaction.atomic
def ask_in_chat(*, conversation: Conversation) -> Invitation | None:
    """Ask who looks at the chat now; None when they are not to be asked. Asking again is the same.

    What was planned for later is thereby done.
    """
    locked = lock_conversation(conversation.pk)
    told = settings_of(locked.brand)
    if locked.status != Status.RESOLVED or locked.rating is not None or not told.in_chat:
        return None
    invitation = _invitation(locked)
    if invitation is not None and invitation.state == AskState.ASKED:
        return invitation
    marks = marks_of(locked.contact)
    if not claim_asking(brand=locked.brand, marks=marks, every_days=told.every_days):
        return None
    now = clock.now()
    asked = {"way": Way.CHAT, "state": AskState.ASKED, "reason": "", "asked_at": now}
    if invitation is None:
        return _new(locked, AskState.ASKED, way=Way.CHAT, due_at=now, asked_at=now)
    Invitation.objects.filter(pk=invitation.pk).update(**asked)
    return Invitation.objects.get(pk=invitation.pk)


# --- later --------------------------------------------------------------------------------


def ask_due() -> bool:
    """Ask whose time has come, some of them; tell whether more wait. A worker calls it often."""
    rows = Invitation.objects.filter(state=AskState.PLANNED, due_at__lte=clock.now())
    rows = rows.exclude(pk__in=_invitations.standing_back())
    due = list(rows.order_by("due_at").values_list("pk", "conversation_id")[:AT_ONCE])
    for pk, conversation_id in due:
        with _invitations.attempt(pk), transaction.atomic():
            lock_conversation(conversation_id)
            _ask(pk)
    return len(due) == AT_ONCE


def _ask(pk: int) -> None:
    """Ask now, at another hour, or not at all."""
    related = ("brand", "contact", "conversation")
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(*related)
    invitation = rows.filter(pk=pk, state=AskState.PLANNED, due_at__lte=clock.now()).first()
    if invitation is None:
        return  # another worker was faster, or the chat
    try:
        with transaction.atomic():
            _Asking(invitation).carry_out()
    except _NotDone as refused:
        refused.note(invitation)


class _NotDone(Exception):
    """Nothing of this attempt counts. With `at` it is tried again then."""

    def __init__(self, reason: str = "", at: object = None) -> None:
        super().__init__(reason)
        self.fields = {"due_at": at} if at else {"state": AskState.DROPPED, "reason": reason}

    def note(self, invitation: Invitation) -> None:
        Invitation.objects.filter(pk=invitation.pk).update(**self.fields)


class _Asking:
    """One attempt to ask by mail, else by SMS. Raises _NotDone."""

    def __init__(self, invitation: Invitation) -> None:
        self.invitation = invitation
        self.conversation = invitation.conversation
        self.now = clock.now()

    @cached_property
    def told(self) -> SurveySettings:
        return settings_of(self.invitation.brand)

    def carry_out(self) -> None:
        if self.conversation.rating is not None:
            raise _NotDone(Dropped.ANSWERED)
        if self.conversation.status != Status.RESOLVED:
            raise _NotDone(Dropped.REOPENED)
        way, poster, recipient = self._way()
        self._wait_for_the_day(poster)
        marks = {*marks_of(self.invitation.contact), recipient}
        every = self.told.every_days
        if not claim_asking(brand=self.invitation.brand, marks=marks, every_days=every):
            raise _NotDone(Dropped.TOO_SOON)
        Invitation.objects.filter(pk=self.invitation.pk).update(
            way=way,
            state=AskState.ASKED,
            asked_at=self.now,
            expires_at=self.now + rules.LINK_LIFE,
        )
        if not poster.plan(self.invitation):
            raise _NotDone(at=self.now + AGAIN)

    def _way(self) -> tuple[Way, ports.Poster, bytes]:
        for way, wanted in ((Way.EMAIL, self.told.by_email), (Way.SMS, self.told.by_sms)):
            poster = ports.poster(way) if wanted else None
            if poster is not None and (recipient := poster.recipient(self.invitation)):
                return way, poster, recipient
        raise _NotDone(Dropped.UNREACHABLE)

    def _wait_for_the_day(self, poster: ports.Poster) -> None:
        at = disturb_at(self.conversation, poster.phone(self.invitation))
        if at > self.now:
            raise _NotDone(at=at)


@transaction.atomic
def renew_link(*, conversation_id: int) -> str:
    """Return a new secret for the link of who is asked now; older ones end. "" when it is over."""
    token = new_link()
    rows = Invitation.objects.filter(
        conversation=conversation_id, state=AskState.ASKED, expires_at__gt=clock.now()
    )
    return token if rows.update(token_hash=ids.token_hash(token)) else ""
