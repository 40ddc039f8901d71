"""Next steps for a conversation: from its topic, its look-ups, cases, complaints and promises."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from walletdesk.accounts.models import Membership
from walletdesk.cases.queries import cases_of
from walletdesk.cases.rules import TOPICS as CASE_TOPICS
from walletdesk.cases.types import CaseState
from walletdesk.complaints.queries import complaint_of
from walletdesk.conversations.actions.complaints import TOPIC as COMPLAINT
from walletdesk.conversations.diagnoses.queries import newest_diagnoses
from walletdesk.conversations.diagnoses.records import from_record
from walletdesk.conversations.diagnoses.rules import ANSWERED_BY_CHAIN
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.web.common.diagnosis.told import tell
from walletdesk.web.desk.promises import badges

MOST = 6


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do. `tone`: "", warn or danger; `url` where it is done, "" when here."""

    text: str
    tone: str = ""
    url: str = ""


def next_steps(conversation: Conversation, membership: Membership) -> list[NextStep]:
    """Return what to do next, the most pressing first; nothing for one that is resolved."""
    if conversation.status == Status.RESOLVED:
        return []
    found = [
        *_standing(conversation, membership),
        *_safety(conversation),
        *_chain(conversation),
        *_complaint(conversation),
    ]
    return found[:MOST]


def _standing(conversation: Conversation, membership: Membership) -> Iterator[NextStep]:
    badge = badges([conversation]).get(conversation.pk)
    if badge is not None and badge.due:
        tones = {"gone": "danger", "thin": "warn"}
        text = _("%(promise)s: %(left)s") % {"promise": badge.title, "left": badge.text}
        yield NextStep(text, tones.get(badge.tone, ""))
    if conversation.assignee_id is None:
        yield NextStep(_("Take it: nobody has this conversation yet."))
    if conversation.language and conversation.language not in membership.languages:
        yield NextStep(_("Not your language: translate, or hand it to a colleague who speaks it."))


def _safety(conversation: Conversation) -> Iterator[NextStep]:
    if conversation.unverified:
        yield NextStep(_("Nobody vouches for who writes: tell nothing of an account."), "warn")
    cases = cases_of(conversation)
    for case in cases:
        if case.state != CaseState.CLOSED:
            url = reverse("desk:case", args=[case.ref])
            yield NextStep(_("Go on with the security case."), "danger", url)
    if not cases and conversation.topic in CASE_TOPICS:
        yield NextStep(_("Open a security case: the first minutes count."), "danger")


def _chain(conversation: Conversation) -> Iterator[NextStep]:
    rows = newest_diagnoses(conversation)
    report = next((row.report for row in rows if row.report), None)
    if report:
        told = tell(from_record(report[0]))
        yield NextStep(told.summary)
        for text in told.steps[:2]:
            yield NextStep(text)
        for text in told.never[:1]:
            yield NextStep(text, "danger")
    elif conversation.topic in ANSWERED_BY_CHAIN and not rows:
        yield NextStep(_("Ask for the transaction: the link of the block explorer, or the hash."))


def _complaint(conversation: Conversation) -> Iterator[NextStep]:
    complaint = complaint_of(conversation)
    if complaint is not None:
        url = reverse("desk:complaint", args=[complaint.ref])
        yield NextStep(_("A complaint is open: answer each point in time."), "warn", url)
    elif conversation.topic == COMPLAINT:
        yield NextStep(_("The customer complains: open a complaint."), "warn")
