"""A letter leaves as mail: text, the PDF beside it, and the way to the complainant's page."""

import re

from tests.cast import Cast
from tests.complaints.conftest import POINT, named, safe
from tests.mailout.conftest import drain, mailed, make_account
from walletdesk.complaints.actions import handling
from walletdesk.complaints.actions.opening import open_complaint
from walletdesk.integrations.email.outgoing.compose import letter_of
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.web.portal.mailing import page_address


def test_an_acknowledgement_is_mailed_with_its_pdf(cast: Cast) -> None:
    make_account(cast.brand, 1)
    named(cast)
    conversation = mailed(cast).conversation
    complaint = open_complaint(conversation=conversation, membership=cast.agent, point=safe(POINT))
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    drain()
    letter = letter_of(SentMail.objects.get(conversation=conversation, purpose="reply"))
    [pdf] = letter.files
    assert pdf.name.endswith("-acknowledgement.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert page_address(conversation) in letter.text
    assert "Ines Prado" in letter.text
    assert not re.search(r"⟦\w", letter.text)


def test_other_mails_bring_no_pdf(cast: Cast) -> None:
    make_account(cast.brand, 1)
    here = mailed(cast)
    here.answer("Good day")
    assert letter_of(SentMail.objects.get(conversation=here.conversation)).files == ()
