"""Find a contact by one exact value."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from walletdesk.contacts.names import shown_name
from walletdesk.conversations.actions.search import KINDS, search_contacts
from walletdesk.conversations.disclosures.types import FoundContact
from walletdesk.kit.errors import BadInput
from walletdesk.kit.limits.actions import TooMany
from walletdesk.web import errors
from walletdesk.web.common.personal import ICONS, kind_name
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import section_page, show


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("contacts")
def contacts(request: StaffRequest) -> HttpResponse:
    """Show the search; what is sought travels in the body, so that no log and no history has it."""
    kind = request.POST.get("kind", KINDS[0])
    context = {
        "kinds": [(each, kind_name(each), each == kind) for each in KINDS],
        "searched": False,
        "found": [],
        "problem": "",
    }
    status = 200
    if request.method == "POST":
        try:
            value = request.POST.get("value", "")
            found = search_contacts(membership=request.membership, kind=kind, value=value)
            context |= {"searched": True, "found": [_shown(each) for each in found]}
        except BadInput:
            status, context["problem"] = 422, _("Type the whole value, at least three characters.")
        except TooMany as refusal:
            status, context["problem"] = refusal.status, errors.sentence(refusal.code)
    return show(request, "contacts", "oversight/contacts", context, status=status)


def _shown(found: FoundContact) -> dict[str, object]:
    return {
        "label": shown_name(found.label),
        "how": _("Known by it") if found.by_identity else _("Wrote it in a message"),
        "identities": [
            {"icon": ICONS.get(m.kind, "key"), "kind": kind_name(m.kind), "mask": m.mask}
            for m in found.identities
        ],
        "conversations": [
            {"ref": ref, "status": status, "status_name": wording.status(status), "at": at}
            for ref, status, at in found.conversations
        ],
    }
