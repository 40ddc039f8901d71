"""The words of an SMS, for carriers that take a text; Aliyun keeps its own, approved ones."""

from django.utils import translation
from django.utils.translation import gettext as _

from walletdesk.integrations.sms.types import Sms


def text_of(sms: Sms) -> str:
    """Return the text in the customer's language."""
    with translation.override(sms.language):
        text = _("%(brand)s: how was our help? It takes half a minute: %(link)s")
        return text % {"brand": sms.brand, "link": sms.link}
