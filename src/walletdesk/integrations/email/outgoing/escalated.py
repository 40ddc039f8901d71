"""Somebody outside is asked for help by a mail that holds a number and a colleague's note."""

import re

from walletdesk.escalation.actions.going_up import untell_outside
from walletdesk.escalation.queries import get_escalation
from walletdesk.integrations.email.outgoing.actions.automatic import send_template
from walletdesk.integrations.email.outgoing.queries import first_account
from walletdesk.integrations.email.outgoing.rules import one_line
from walletdesk.integrations.email.outgoing.types import Purpose

_TOKEN = re.compile(r"⟦[^⟧]*⟧")


def mail_outside(*, escalation_id: int) -> None:
    """Plan the mail of an escalation to an address outside: the handler of `escalated_outside`.

    Without a mail account, or beyond the limits, the record does not say that they were told.
    """
    escalation = get_escalation(escalation_id)
    if escalation is None or escalation.level is None or not escalation.level.address:
        return
    brand = escalation.conversation.brand
    account = first_account(brand)
    note = one_line(_TOKEN.sub("…", escalation.note), 400)
    planned = account and send_template(
        account=account,
        to=escalation.level.address,
        template=Purpose.ESCALATED,
        language=brand.default_language,
        values={"number": escalation.conversation.ref} | ({"note": note} if note else {}),
    )
    if not planned:
        untell_outside(escalation_id=escalation_id)
