"""A form without problems becomes a ticket, from a device with a session or from a bare browser."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from walletdesk.accounts.models import Brand
from walletdesk.contacts.actions import open_session
from walletdesk.contacts.models import ContactSession
from walletdesk.conversations.tickets.actions.opening import open_ticket
from walletdesk.conversations.tickets.queries import form_of
from walletdesk.conversations.tickets.types import OpenedTicket
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.web.common.abuse import address_of
from walletdesk.web.common.devices import device_name
from walletdesk.web.portal.mailing import Confirmation, mailer
from walletdesk.web.portal.promise import due_at
from walletdesk.web.portal.reading import Filled, draft_of

# A stranger's address can be typed in. How many mails an address gets, who mails them knows.
MAILS_PER_SENDER = (20, timedelta(hours=1))


@transaction.atomic
def send_ticket(
    request: HttpRequest,
    *,
    brand: Brand,
    session: ContactSession | None,
    client_id: UUID,
    filled: Filled,
) -> OpenedTicket:
    """Open the ticket and, when an address was given, ask its reader to confirm it.

    In the active language. Raises what `open_ticket` raises. `session` is None for a browser
    without scripts.
    """
    language = translation.get_language() or brand.default_language
    if session is None:
        device = device_name(request.headers.get("User-Agent", ""))
        session = open_session(brand=brand, language=language, device=device).session
    draft = draft_of(filled, due_at=due_at(brand, form_of(brand)))
    opened = open_ticket(session=session, client_id=client_id, language=language, draft=draft)
    if opened.confirm_token and _may_mail(request):
        path = reverse("portal:confirm", args=[opened.confirm_token])
        link = f"{settings.WALLETDESK.base_url.rstrip('/')}{path}?language={language}"
        mail = Confirmation(
            brand=brand,
            contact=session.contact,
            to=filled.contact[1],
            language=language,
            link=link,
            address=address_of(request),
        )
        mailer().send(mail)
    return opened


def _may_mail(request: HttpRequest) -> bool:
    most, window = MAILS_PER_SENDER
    try:
        hit(what="confirm-by", who=address_of(request), limit=most, window=window)
    except TooMany:
        return False
    return True
