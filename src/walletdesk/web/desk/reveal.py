"""Reveal: one value of a customer in clear, for whoever holds the case and says why."""

from typing import Annotated

import msgspec
from django.http import HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST

from walletdesk.conversations.actions.reveal import reveal_personal_data
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.safety import guard
from walletdesk.web.common.personal import kind_name
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import read_body


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """Which value, and why."""

    item: Annotated[str, msgspec.Meta(max_length=60)]
    reason: Annotated[str, msgspec.Meta(max_length=2_000)]


@require_POST
@staff_call
def reveal(request: StaffRequest, ref: str) -> HttpResponse:
    """Return a value in clear. It is in the audit trail by then."""
    conversation = get_conversation_for(request.membership, ref)
    asked = read_body(request, Asked)
    shown = reveal_personal_data(
        conversation=conversation,
        membership=request.membership,
        item=asked.item,
        reason=guard.check(asked.reason.replace("\x00", "").strip()).safe,
    )
    answer = JsonResponse(
        {
            "item": shown.item,
            "kind": kind_name(shown.kind),
            "value": shown.value,
            "by": shown.by,
            "at": shown.at.isoformat(timespec="seconds"),
            "until": shown.until.isoformat(timespec="seconds"),
            "left": shown.left,
        }
    )
    add_never_cache_headers(answer)
    answer["Cache-Control"] = "no-store"
    return answer
