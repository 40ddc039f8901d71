"""What a brand decides about its surveys."""

from dataclasses import asdict

from django.db import transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard
from walletdesk.surveys.models import SurveySettings
from walletdesk.surveys.rules import INTRO_LENGTH, LIMITS
from walletdesk.surveys.types import Told


@transaction.atomic
def change_surveys(*, actor: Membership, version: int, told: Told) -> None:
    """Change when, how and whom a brand asks. Raises NotAllowed, BadInput, ChangedMeanwhile."""
    require_right(actor.role, Permission.BRAND_EDIT)
    _check(actor, told)
    SurveySettings.objects.get_or_create(brand_id=actor.brand_id)
    rows = SurveySettings.objects.filter(brand_id=actor.brand_id)
    values = asdict(told)
    before = dict(rows.values(*values).get())
    # A language that was given up and comes back brings its sentence along.
    spoken = actor.brand.languages
    gone = {code: text for code, text in before["intros"].items() if code not in spoken}
    values["intros"] = gone | values["intros"]
    change_row(rows, version=version, **values)
    record_change(
        actor=actor, action="surveys.changed", subject="surveys", before=before, after=values
    )


def _check(actor: Membership, told: Told) -> None:
    wrong = {
        name: "range"
        for name, (low, high) in LIMITS.items()
        if not low <= getattr(told, name) <= high
    }
    for language, text in told.intros.items():
        if language not in actor.brand.languages:
            wrong[f"intro_{language}"] = "unknown"
        elif len(text) > INTRO_LENGTH:
            wrong[f"intro_{language}"] = "too_long"
        elif guard.check(text).safe.text != text:
            wrong[f"intro_{language}"] = "secret"
    if wrong:
        raise BadInput(**wrong)
