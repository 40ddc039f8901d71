"""Sessions of staff: where somebody is signed in, and how that ends."""

from datetime import timedelta

from django.db import transaction

from walletdesk.accounts.models import StaffSession, User
from walletdesk.accounts.sessions import alive
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.kit.wake import revoke

TOUCH_EVERY = timedelta(minutes=1)


def touch_session(*, session: StaffSession, address: str, device: str) -> None:
    """Remember that somebody is there. Writes at most once a minute for each session."""
    now = clock.now()
    if session.active_at > now - TOUCH_EVERY:
        return
    session.active_at, session.address, session.device = now, address, device
    StaffSession.objects.filter(pk=session.pk, active_at__lte=now - TOUCH_EVERY).update(
        active_at=now, address=address, device=device
    )


def remove_old_sessions() -> int:
    """Delete sessions that are over, by age or by idleness. Return how many."""
    removed, _ = StaffSession.objects.exclude(alive()).delete()
    return removed


@transaction.atomic
def end_session(*, user: User, ref: str) -> None:
    """End one session of a person, and its streams. Raises NotFound when it is none of theirs."""
    ended, _ = StaffSession.objects.filter(user=user, ref=ref).delete()
    if not ended:
        raise NotFound
    revoke(f"staff:{user.pk}")


@transaction.atomic
def end_sessions(*, user: User, keep: str | None = None) -> int:
    """End all sessions of a person but the one whose key is `keep`. Return how many."""
    ended, _ = StaffSession.objects.filter(user=user).exclude(session_key=keep).delete()
    revoke(f"staff:{user.pk}")
    return ended
