"""What a brand decides about its complaints."""

from django.db import transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.rules import normal_address
from walletdesk.channels.types import InboxKind
from walletdesk.complaints.models import ComplaintRules
from walletdesk.complaints.profiles import get_profile
from walletdesk.kit.errors import BadInput
from walletdesk.safety.personal import normal_phone

NAMES = ("profile", "handler", "email", "phone")


@transaction.atomic
def change_rules(
    *, membership: Membership, profile: str, handler: str, email: str, phone: str
) -> None:
    """Choose the law that holds for new complaints, and who is named in letters.

    Complaints that are open keep their profile. Raises NotAllowed and BadInput.
    """
    require_right(membership.role, Permission.BRAND_EDIT)
    get_profile(profile)
    handler, phone = " ".join(handler.split()), phone.strip()
    if not 0 < len(handler) <= 120 or not handler.isprintable():
        raise BadInput(handler="required")
    if len(phone) > 40 or normal_phone(phone) is None:
        raise BadInput(phone="phone")
    try:
        address = normal_address(InboxKind.EMAIL, email)
    except ValueError:
        raise BadInput(email="email") from None
    values = {"profile": profile, "handler": handler, "email": address, "phone": phone}
    before = ComplaintRules.objects.filter(brand_id=membership.brand_id).values(*NAMES).first()
    ComplaintRules.objects.update_or_create(brand_id=membership.brand_id, defaults=values)
    record_change(
        actor=membership,
        action="complaint.rules_changed",
        subject="brand",
        before=dict(before or {}),
        after=values,
    )
