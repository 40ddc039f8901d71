"""What all actions of a complaint share: the lock, the history, texts, letters."""

from datetime import datetime
from typing import Any

from django.utils import translation

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.complaints import events, rules, texts
from walletdesk.complaints.actions.refusals import NoHandler, NotInvestigator, NotNow, OtherLanguage
from walletdesk.complaints.models import Complaint, ComplaintEntry, ComplaintLetter, ComplaintStep
from walletdesk.complaints.profiles import get_profile
from walletdesk.complaints.queries import rules_of
from walletdesk.complaints.texts import About
from walletdesk.complaints.types import Act, Content, LetterKind, Outcome, State, Step
from walletdesk.contacts.personal.actions.sealing import sealed_text
from walletdesk.conversations.actions.complaints import note_complaint, post_letter
from walletdesk.conversations.actions.link_check import check_links
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.tickets.rules import spoken
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

TELLING = 40  # characters from which on a text says in which language it is
SURE = 0.6


def lock_row(complaint_id: int) -> Complaint:
    """Return a complaint with its row locked until the transaction ends."""
    return (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("brand", "conversation__contact", "investigator__user")
        .get(pk=complaint_id)
    )


def lock_both(
    complaint: Complaint, membership: Membership, right: Permission
) -> tuple[Complaint, Conversation]:
    """Return a complaint and its conversation, both locked. Raises NotAllowed and NotFound.

    The conversation comes first everywhere, so that two actions never wait for each other.
    """
    require_right(membership.role, right)
    if complaint.brand_id != membership.brand_id:
        raise NotFound
    conversation = lock_place(complaint)
    return lock_row(complaint.pk), conversation


def lock_place(complaint: Complaint) -> Conversation:
    """Return the conversation in which a complaint goes on, locked: where it was merged into."""
    own = complaint.conversation
    return lock_conversation(own.merged_into_id or own.pk)


def require_move(complaint: Complaint, act: Act) -> None:
    """Raise NotNow unless something may be done where a locked complaint stands."""
    if not rules.may_move(complaint.state, act):
        raise NotNow(state=complaint.state)


def require_open(complaint: Complaint) -> None:
    """Raise NotNow for a complaint that is closed."""
    if complaint.state == State.CLOSED:
        raise NotNow(state=complaint.state)


def require_investigator(complaint: Complaint, membership: Membership) -> None:
    """Raise NotInvestigator unless this is the person who investigates."""
    if complaint.investigator_id != membership.pk:
        raise NotInvestigator


def move(complaint: Complaint, act: Act, **changes: Any) -> None:
    """Move a locked complaint on; what closes it says its outcome."""
    state = rules.MOVES[State(complaint.state)][act]
    if state == State.CLOSED:
        changes["closed_at"] = clock.now()
    Complaint.objects.filter(pk=complaint.pk).update(state=state, **changes)
    complaint.state = state
    for name, value in changes.items():
        setattr(complaint, name, value)


def close(
    complaint: Complaint,
    conversation: Conversation,
    act: Act,
    outcome: Outcome,
    by: Membership | None,
) -> None:
    """Close a locked complaint with one of the outcomes of an act, and tell everybody."""
    if outcome not in rules.OUTCOMES[act]:
        raise BadInput(outcome="unknown")
    move(complaint, act, outcome=outcome)
    record(complaint, "closed", by, outcome=str(outcome))
    audit(complaint, by, "closed", outcome=str(outcome))
    note_complaint(conversation=conversation, complaint=complaint.ref, state="closed", by=by)
    publish(
        name=events.COMPLAINT_CLOSED,
        key=str(complaint.pk),
        payload={"complaint_id": complaint.pk, "outcome": str(outcome)},
    )


def settle(complaint: Complaint, step: Step, *, done: bool = True) -> None:
    """Say that a step is done, or is open again."""
    rows = ComplaintStep.objects.filter(complaint=complaint, code=step)
    if done:
        rows.filter(done_at=None).update(done_at=clock.now())
    else:
        rows.update(done_at=None)


def record(
    complaint: Complaint, code: str, by: Membership | None = None, *, text: str = "", **detail: Any
) -> ComplaintEntry:
    """Append a line to a complaint's history. `text` holds no personal data."""
    return ComplaintEntry.objects.create(
        complaint=complaint,
        code=code,
        actor_name=by.user.name if by else "",
        detail=detail,
        text=text,
        created_at=clock.now(),
    )


def audit(complaint: Complaint, by: Membership | None, what: str, **detail: Any) -> None:
    """Note in the audit trail what was done with a complaint."""
    record_audit(
        brand=complaint.brand,
        actor=by,
        action=f"complaint.{what}",
        subject=f"complaint:{complaint.ref}",
        detail=detail,
    )


def kept_text(
    conversation: Conversation, text: SafeText, name: str, most: int, *, required: bool = True
) -> str:
    """Return a text as it is stored, with tokens for personal data. Raises BadInput."""
    if required and not text.text.strip():
        raise BadInput(**{name: "required"})
    if len(text.text) > most:
        raise BadInput(**{name: "too_long"})
    return sealed_text(contact=conversation.contact, text=text).text.strip()


def told_text(
    complaint: Complaint,
    conversation: Conversation,
    membership: Membership,
    text: SafeText,
    name: str,
    most: int,
) -> str:
    """Return a text that the complainant will read, as it is stored.

    Raises BadInput, UnofficialLink, FakeLink, and OtherLanguage when it is long enough to tell
    and not in the complainant's language.
    """
    kept = kept_text(conversation, text, name, most)
    check_links(conversation=conversation, membership=membership, text=text, links_seen=False)
    require_language(complaint, kept)
    return kept


def require_language(complaint: Complaint, text: str) -> None:
    """Raise OtherLanguage for a text that is surely in another of the desk's languages."""
    if len(text.encode()) < TELLING:
        return
    guess = EldcLanguageId(tuple(complaint.brand.languages)).identify(text)
    if guess.confidence >= SURE and guess.language not in (complaint.language, "und"):
        raise OtherLanguage(language=complaint.language, found=guess.language)


# --- letters ---------------------------------------------------------------------------------


def about(complaint: Complaint) -> About:
    """Return what every letter says of a complaint. Raises NoHandler."""
    named = rules_of(complaint.brand)
    if not (named.handler and named.email and named.phone):
        raise NoHandler
    return About(
        brand=complaint.brand.name,
        number=spoken(complaint.number),
        received_at=complaint.received_at,
        handler=named.handler,
        email=named.email,
        phone=named.phone,
        language=complaint.language,
        profile=get_profile(complaint.profile),
    )


def send_letter(
    complaint: Complaint,
    conversation: Conversation,
    kind: LetterKind,
    content: Content,
    by: Membership | None,
) -> ComplaintLetter:
    """Send a letter: a message in the conversation, which leaves as mail where that is known."""
    ref = ids.new_ref()
    safe = guard.check(texts.as_text(content)).safe
    letter = ComplaintLetter.objects.create(
        ref=ref,
        complaint=complaint,
        kind=kind,
        language=complaint.language,
        content=content.as_json(),
        by_name=by.user.name if by else "",
        seq=post_letter(conversation=conversation, by=by, text=safe, letter=ref),
        sent_at=clock.now(),
    )
    record(complaint, "letter", by, kind=str(kind), letter=ref)
    audit(complaint, by, "letter_sent", kind=str(kind), letter=ref)
    return letter


def in_their_language(complaint: Complaint) -> Any:
    """Return a context in which texts are made in the complainant's language."""
    return translation.override(complaint.language)


def due_of(complaint: Complaint, step: Step) -> datetime:
    """Return the end of a step."""
    return ComplaintStep.objects.get(complaint=complaint, code=step).due_at
