"""Twilio: Programmable Messaging, version 2010-04-01, and its signed status reports.

https://www.twilio.com/docs/messaging/api/message-resource · https://www.twilio.com/docs/usage/security
"""

import base64
import hmac
from collections.abc import Mapping
from typing import Final

from walletdesk.channels.delivery.types import Accepted, Refused, Result, State, Unclear
from walletdesk.integrations.sms.transport import busy, post
from walletdesk.integrations.sms.types import Sms, SmsConfig
from walletdesk.integrations.sms.words import text_of

URL: Final = "https://api.twilio.com"
# https://www.twilio.com/docs/api/errors: what the number's side refuses for good.
BY_NUMBER: Final = {
    21211: "no_such_number",
    21610: "opted_out",
    21612: "no_such_number",
    21614: "no_such_number",
}
REPORTED: Final = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "undelivered": State.BOUNCED,
    "failed": State.BOUNCED,
}


class Twilio:
    """One account. `report` is our address for status reports, "" for none."""

    name = "twilio"

    def __init__(self, config: SmsConfig, report: str = "") -> None:
        self._config = config
        self._report = report

    def send(self, sms: Sms) -> Result:
        """Create one message."""
        config = self._config
        sender = "MessagingServiceSid" if config.sender.startswith("MG") else "From"
        form = {"To": sms.to, sender: config.sender, "Body": text_of(sms)}
        if self._report:
            form["StatusCallback"] = self._report
        url = f"{config.url or URL}/2010-04-01/Accounts/{config.account}/Messages.json"
        answer = post(url, form, auth=(config.account, config.secret))
        if not isinstance(answer, tuple):
            return answer
        status, told = answer
        if status == 201 and told.get("sid"):
            return Accepted(str(told["sid"]))
        if 200 <= status < 300 or (status >= 500 and status != 503):
            return Unclear()
        code = told.get("code")
        known = BY_NUMBER.get(code if isinstance(code, int) else 0)
        if known:
            return Refused(known, str(code), by_recipient=True)
        return busy(status) or Refused("refused", str(code or status)[:40])


def sign(secret: str, url: str, form: Mapping[str, str]) -> str:
    """Return X-Twilio-Signature: HMAC-SHA1 over the address and the sorted fields."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def is_signed(secret: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Tell whether a report is Twilio's."""
    return hmac.compare_digest(sign(secret, url, form).encode(), signature.encode())
