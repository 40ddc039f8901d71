"""The evidence pack leaves the desk: as PDF or JSON, in one of the languages."""

import json

from django.http import HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from walletdesk.cases.actions.steps import record_pack
from walletdesk.cases.models import SecurityCase
from walletdesk.cases.queries import get_case_for
from walletdesk.contacts.personal.queries import masked_identities
from walletdesk.conversations.actions.reveal import reveal_personal_data
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed, NotFound
from walletdesk.safety import guard
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.cases import pack, pdf
from walletdesk.web.desk.cases.views import LANGUAGES, show

TYPES = {"pdf": "application/pdf", "json": "application/json; charset=utf-8"}
MOST_ITEMS = 6
MOST_BYTES = 4_000  # of a reason


@require_POST
@staff_page
def evidence(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand out the pack. `item` names what of the customer is to stand in it, with a reason.

    Each item is a reveal like any other: who may, the budget, and an audit entry before it leaves.
    """
    found = get_case_for(request.membership, ref)
    form, language = request.POST.get("form", ""), request.POST.get("language", "")
    try:
        if form not in TYPES or language not in dict(LANGUAGES):
            raise BadInput(form="unknown")
        disclosed = _disclosed(request, found)
        record_pack(
            case=found,
            membership=request.membership,
            form=form,
            language=language,
            personal=len(disclosed),
        )
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return show(request, get_case_for(request.membership, ref), error)
    with translation.override(language):
        told = pack.build(found, disclosed)
        contents = pdf.render(told) if form == "pdf" else _json(told)
    name = f"evidence-{found.ref}.{form}"
    return HttpResponse(
        contents,
        content_type=TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _disclosed(request: StaffRequest, case: SecurityCase) -> list[pack.Disclosed]:
    items = list(dict.fromkeys(request.POST.getlist("item")))
    known = {one.item: one.kind for one in masked_identities(case.customer)}
    if len(items) > MOST_ITEMS or not set(items) <= set(known):
        raise BadInput(item="unknown")
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if len(reason) > MOST_BYTES:
        raise BadInput(reason="too_long")
    safe = guard.check(reason).safe
    return [
        pack.Disclosed(
            known[item],
            reveal_personal_data(
                conversation=case.conversation,
                membership=request.membership,
                item=item,
                reason=safe,
            ).value,
        )
        for item in items
    ]


def _json(told: dict[str, object]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8", "replace")
