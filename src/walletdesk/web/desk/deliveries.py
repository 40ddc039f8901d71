"""Calls about what went out by other ways than the chat."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from walletdesk.conversations.actions.deliveries import send_again
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.web.desk.access import StaffRequest, staff_call


@require_POST
@staff_call
def again(request: StaffRequest, ref: str, delivery_id: int) -> HttpResponse:
    """Send once more what failed, came back or is unclear. The timeline tells what came of it."""
    conversation = get_conversation_for(request.membership, ref)
    send_again(conversation=conversation, membership=request.membership, delivery_id=delivery_id)
    return HttpResponse(status=204)
