"""The session engine of staff: rows that know their user, end after idle time and never grow older.

Used by Django through SESSION_ENGINE. A session ends 12 hours after sign-in whatever happens
(SESSION_COOKIE_AGE), and earlier when nobody used it for `settings.SESSION_IDLE_SECONDS`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Q

from walletdesk.accounts.models import StaffSession
from walletdesk.kit import clock
from walletdesk.kit.compiled import Compiled


def idle_since() -> datetime:
    """Return the moment before which a session must not have been used last."""
    return clock.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS)


def alive() -> Q:
    """Return the condition under which a session still counts."""
    return _alive(clock.now(), idle_since())


def _alive(now: datetime, idle: datetime) -> Q:
    return Q(expire_date__gt=now, active_at__gt=idle)


_ALIVE = Compiled(
    lambda key, now, idle: StaffSession.objects.filter(_alive(now, idle), session_key=key),
    key=str,
    now=datetime,
    idle=datetime,
)


class SessionStore(DatabaseStore):
    """Django's own store on rows of ours.

    `row` is what was loaded, None for a new session; `device` is the address and the browser of
    a sign-in, given before it.
    """

    row: StaffSession | None = None
    device: tuple[str, str] | None = None

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession

    def _get_session_from_db(self) -> StaffSession | None:
        """Load the row, unless it is over; Django then starts a new one."""
        self.row = _ALIVE.first(key=self.session_key, now=clock.now(), idle=idle_since())
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        """Build the row to be saved. What it was before stays: also the moment at which it ends."""
        known = self.row if self.row and self.row.session_key == self.session_key else None
        row = StaffSession(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]  # Django's own
            session_data=self.encode(data),
            expire_date=known.expire_date if known else self.get_expiry_date(),
        )
        user_id = str(data.get(SESSION_KEY, ""))
        row.user_id = int(user_id) if user_id.isdecimal() else None
        if known is not None:
            row.ref, row.started_at, row.active_at = known.ref, known.started_at, known.active_at
            row.address, row.device = known.address, known.device
        if self.device is not None:
            row.address, row.device = self.device
        self.row = row
        return row
