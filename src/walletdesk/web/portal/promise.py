"""By when a ticket is answered: the brand's hours, counted while people are there."""

from datetime import datetime, timedelta

from walletdesk.accounts.models import Brand
from walletdesk.conversations.tickets.models import FormSettings
from walletdesk.kit import clock
from walletdesk.sla.queries import hours_of

MOST_CHANGES = 60  # openings and closings looked at: a month of ordinary weeks


def due_at(brand: Brand, form: FormSettings, now: datetime | None = None) -> datetime:
    """Return when the brand promises an answer to a ticket that is opened now."""
    moment, left = now or clock.now(), timedelta(hours=form.answer_hours)
    for _change in range(MOST_CHANGES):
        hours = hours_of(brand, moment)
        if hours is None or hours.always or hours.changes_at is None:
            break
        if hours.open:
            span = min(left, hours.changes_at - moment)
            left, moment = left - span, moment + span
            if not left:
                return moment
        else:
            moment = hours.changes_at
    return moment + left
