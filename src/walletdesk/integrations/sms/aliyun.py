"""Aliyun SMS: SendSms, version 2017-05-25, signed as its RPC interface asks.

Only an approved sign name, an approved template and its variables: no free text (carriers in China
refuse it). There is no idempotency, so an unclear attempt is never repeated by itself. The template
has one variable, `code`: the last part of the link. Its address stands in the approved template,
since a variable may hold no address. https://help.aliyun.com/zh/sms/
"""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from walletdesk.channels.delivery.types import Accepted, Refused, Result, Unclear
from walletdesk.integrations.sms.transport import busy, post
from walletdesk.integrations.sms.types import Sms, SmsConfig
from walletdesk.kit import clock

URL: Final = "https://dysmsapi.aliyuncs.com"
BY_NUMBER: Final = {
    "isv.MOBILE_NUMBER_ILLEGAL": "no_such_number",
    "isv.INVALID_PARAMETERS.PHONE": "no_such_number",
    "isv.BLACK_KEY_CONTROL_LIMIT": "opted_out",
}
LATER: Final = {"isv.BUSINESS_LIMIT_CONTROL", "Throttling.User", "isp.RAM_PERMISSION_DENY_TEMP"}
UNKNOWN: Final = {"isp.SYSTEM_ERROR", "ServiceUnavailable", "InternalError"}


class Aliyun:
    """One account: AccessKey, sign name, template code."""

    name = "aliyun"

    def __init__(self, config: SmsConfig) -> None:
        self._config = config

    def send(self, sms: Sms) -> Result:
        """Send one template to one number."""
        config = self._config
        code = template_for(config.template, sms.language)
        if not code:
            return Refused("no_template", sms.language)
        fields = {
            "Action": "SendSms",
            "Version": "2017-05-25",
            "Format": "JSON",
            "AccessKeyId": config.account,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": secrets.token_hex(16),
            "Timestamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "PhoneNumbers": sms.to.removeprefix("+86").removeprefix("+"),
            "SignName": config.sender,
            "TemplateCode": code,
            "TemplateParam": json.dumps({"code": sms.link.rstrip("/").rpartition("/")[2]}),
            "OutId": sms.ref,
        }
        fields["Signature"] = sign(config.secret, "POST", fields)
        answer = post(f"{config.url or URL}/", fields)
        if not isinstance(answer, tuple):
            return answer
        return _result(answer[0], answer[1])


def _result(status: int, told: Mapping[str, object]) -> Result:
    code = str(told.get("Code", ""))
    if code == "OK":
        return Accepted(str(told.get("BizId", "")))
    if code in BY_NUMBER:
        return Refused(BY_NUMBER[code], code, by_recipient=True)
    if code in UNKNOWN or (not code and status >= 500 and status != 503):
        return Unclear()
    return busy(429 if code in LATER else status) or Refused("refused", (code or str(status))[:40])


def template_for(templates: str, language: str) -> str:
    """Return the template's code for a language: "zh-hans=SMS_1 en=SMS_2", or one code for all."""
    named = dict(each.split("=", 1) for each in templates.split() if "=" in each)
    plain = [each for each in templates.split() if "=" not in each]
    return named.get(language, plain[0] if plain else "")


def sign(secret: str, method: str, fields: Mapping[str, str]) -> str:
    """Return the signature: HMAC-SHA1 over the sorted fields, each percent-encoded (RFC 3986)."""
    query = "&".join(f"{_encoded(name)}={_encoded(fields[name])}" for name in sorted(fields))
    text = f"{method}&{_encoded('/')}&{_encoded(query)}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), text.encode(), "sha1")).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
