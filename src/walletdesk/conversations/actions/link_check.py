"""The second look at links: nothing unofficial leaves the desk by accident, nothing fake at all."""

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions.refusals import FakeLink, UnofficialLink
from walletdesk.conversations.models import Conversation
from walletdesk.official.queries import links_to_look_at
from walletdesk.official.types import Verdict
from walletdesk.safety.types import SafeText


def check_links(
    *, conversation: Conversation, membership: Membership, text: SafeText, links_seen: bool
) -> None:
    """Raise FakeLink or UnofficialLink unless a text may go to a customer.

    With `links_seen` its author has looked at them, which is audited; fakes are refused all the
    same.
    """
    found = links_to_look_at(membership.brand, text.text)
    if not found:
        return
    links = [
        {"host": each.shown, "verdict": each.verdict.value, "reason": each.reason.value}
        for each in found
    ]
    if any(each.verdict == Verdict.FAKE for each in found):
        raise FakeLink(links=links)
    if not links_seen:
        raise UnofficialLink(links=links)
    record_audit(
        brand=membership.brand,
        actor=membership,
        action="link.sent",
        subject=f"conversation:{conversation.ref}",
        detail={"links": links},
    )
