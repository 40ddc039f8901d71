"""What carriers report of an SMS that they took: into the ledger."""

from collections.abc import Mapping
from typing import Any

from walletdesk.channels.delivery.actions import report_delivery
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import State
from walletdesk.integrations.sms import twilio
from walletdesk.integrations.sms.types import CHANNEL

LARGEST = 2**63 - 1


def take_twilio(form: Mapping[str, str]) -> None:
    """Take one signed status report: it is known by the SID that creating the message gave."""
    state = twilio.REPORTED.get(form.get("MessageStatus", ""))
    sid = form.get("MessageSid", "")
    if state is None or not sid or "\x00" in sid:
        return
    rows = Delivery.objects.filter(channel=CHANNEL, provider_id=sid[:250])
    pk = rows.values_list("pk", flat=True).first()
    if pk is not None:
        code = form.get("ErrorCode", "")[:40].replace("\x00", "")
        reason = "refused" if state == State.BOUNCED else ""
        report_delivery(delivery_id=pk, state=state, reason=reason, code=code)


def take_aliyun(told: object) -> None:
    """Take a list of reports. Nobody signs them, so they only change what was sent: by BizId."""
    for each in told if isinstance(told, list) else []:
        if isinstance(each, dict):
            _take_aliyun(each)


def _take_aliyun(told: Mapping[str, Any]) -> None:
    number, sid = str(told.get("out_id", "")), str(told.get("biz_id", ""))
    if not (number.isascii() and number.isdigit() and int(number) <= LARGEST) or "\x00" in sid:
        return
    rows = Delivery.objects.filter(channel=CHANNEL, pk=int(number), provider_id__in=["", sid])
    if not rows.exists():
        return
    arrived = told.get("success") is True
    code = str(told.get("err_code", ""))[:40].replace("\x00", "")
    report_delivery(
        delivery_id=int(number),
        state=State.DELIVERED if arrived else State.BOUNCED,
        reason="" if arrived else "refused",
        code="" if arrived else code,
    )
