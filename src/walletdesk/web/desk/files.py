"""Files that staff send: `POST /desk/files`."""

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from walletdesk.conversations.queries import get_conversation_for
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.files.upload import receive


@require_POST
@staff_call
def upload(request: StaffRequest) -> JsonResponse:
    """Take in one file for the customer of the conversation that X-Conversation names."""
    ref = request.headers.get("X-Conversation", "")
    conversation = get_conversation_for(request.membership, ref)
    told = receive(request, contact=conversation.contact, by=request.membership)
    return JsonResponse(told, status=201)
