"""The words of an SMS, for carriers that take a text; Aliyun keeps its own, approved ones."""

from django.utils import translation
from django.utils.translation import gettext as _

from walletdesk.integrations.sms.types import CALL_CODE, CALL_LINK, SURVEY, Sms


def text_of(sms: Sms) -> str:
    """Return the text in the customer's language."""
    with translation.override(sms.language):
        texts = {
            SURVEY: _("%(brand)s: how was our help? It takes half a minute: %(link)s"),
            CALL_LINK: _("%(brand)s: go on in the chat: %(link)s"),
            CALL_CODE: _("%(brand)s: your code for the call is %(code)s. Tell it to nobody."),
        }
        values = {"brand": sms.brand, "link": sms.link, "code": sms.code}
        return texts[sms.template] % values
