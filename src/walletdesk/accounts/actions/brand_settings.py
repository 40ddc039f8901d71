"""What an owner sets about a brand: its look, its languages, its privacy."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Brand, BrandLogo, Membership, PrivacyRules
from walletdesk.accounts.pictures import MOST_BYTES, BadPicture, make_logo
from walletdesk.accounts.queries import logo_digest, privacy_of
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission, PrivacyLimits
from walletdesk.kit.errors import BadInput, ChangedMeanwhile
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard

NAME_LENGTH = 80
GREETING_LENGTH = 160
URL_LENGTH = 200
LOGO_BYTES = MOST_BYTES
_web_address = URLValidator(schemes=["https", "http"])


@transaction.atomic
def change_brand(  # noqa: PLR0913 - one form, one save
    *,
    actor: Membership,
    version: int,
    name: str,
    accent: str,
    greetings: Mapping[str, str],
    site_url: str = "",
    help_url: str = "",
) -> None:
    """Change a brand's name, colour, greetings and links.

    Raises BadInput (required, too_long, secret, colour, address; greetings as
    `greeting_<language>`), ChangedMeanwhile, NotAllowed.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    brand = Brand.objects.get(pk=actor.brand_id)
    wrong: dict[str, str] = {}
    name = _text(wrong, "name", name, NAME_LENGTH, needed=True)
    if not _is_colour(accent):
        wrong["accent"] = "colour"
    # A language that was given up and comes back brings its greeting along.
    said = {code: text for code, text in brand.greetings.items() if code not in brand.languages}
    said |= {
        language: _text(wrong, f"greeting_{language}", text, GREETING_LENGTH)
        for language, text in greetings.items()
        if language in brand.languages and text.strip()
    }
    fields = {
        "name": name,
        "accent": accent.lower(),
        "greetings": said,
        "site_url": _address(wrong, "site_url", site_url),
        "help_url": _address(wrong, "help_url", help_url),
    }
    if wrong:
        raise BadInput(**wrong)
    _change(actor, brand, version, "brand.changed", fields)


@transaction.atomic
def change_languages(
    *, actor: Membership, version: int, languages: Sequence[str], default_language: str
) -> None:
    """Change which languages a brand serves, in which order, and the one to fall back on.

    Raises BadInput (languages: required, unknown; default_language: unknown), ChangedMeanwhile.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    brand = Brand.objects.get(pk=actor.brand_id)
    wanted = list(dict.fromkeys(languages))
    if not wanted:
        raise BadInput(languages="required")
    if default_language not in wanted:
        raise BadInput(default_language="unknown")
    fields = {"languages": wanted, "default_language": default_language}
    _change(actor, brand, version, "brand.languages_changed", fields)


@transaction.atomic
def change_logo(*, actor: Membership, data: bytes | None) -> str:
    """Set a brand's logo from an uploaded picture, or take it away. Return the new digest or "".

    Raises BadInput (logo: too_large, not_a_picture).
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    before = logo_digest(actor.brand)
    if data is None:
        BrandLogo.objects.filter(brand_id=actor.brand_id).delete()
        digest = ""
    else:
        try:
            made = make_logo(data)
        except BadPicture as error:
            raise BadInput(logo=error.code) from None
        fields = {"digest": made.digest, "png": made.png, "webp": made.webp}
        BrandLogo.objects.update_or_create(brand_id=actor.brand_id, defaults=fields)
        digest = made.digest
    record_change(
        actor=actor,
        action="brand.logo_changed",
        before={"logo": before},
        after={"logo": digest},
    )
    return digest


@transaction.atomic
def change_privacy(
    *,
    actor: Membership,
    version: int,
    reveals_per_day: int,
    reveal_minutes: int,
    retention_days: int | None,
    session_days: int,
) -> None:
    """Change a brand's privacy settings. Raises BadInput (out_of_range), ChangedMeanwhile."""
    require_right(actor.role, Permission.BRAND_EDIT)
    fields: dict[str, Any] = {
        "reveals_per_day": reveals_per_day,
        "reveal_minutes": reveal_minutes,
        "retention_days": retention_days,
        "session_days": session_days,
    }
    wrong = {
        name: "out_of_range"
        for name, value in fields.items()
        if value is not None and not _within(value, getattr(PrivacyLimits, name.upper()))
    }
    if wrong:
        raise BadInput(**wrong)
    current = privacy_of(actor.brand)
    before = {name: getattr(current, name) for name in fields}
    if current._state.adding:  # noqa: SLF001 - the documented way to ask
        _create_privacy(actor, version, fields)
    else:
        change_row(PrivacyRules.objects.filter(pk=current.pk), version=version, **fields)
    record_change(actor=actor, action="privacy.changed", before=before, after=fields)


def _create_privacy(actor: Membership, version: int, fields: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            PrivacyRules.objects.create(brand_id=actor.brand_id, version=version + 1, **fields)
    except IntegrityError:  # a colleague saved the first ones at the same moment
        raise ChangedMeanwhile(version=privacy_of(actor.brand).version) from None


def _change(
    actor: Membership, brand: Brand, version: int, action: str, fields: dict[str, Any]
) -> None:
    before = {name: getattr(brand, name) for name in fields}
    change_row(Brand.objects.filter(pk=brand.pk), version=version, **fields)
    record_change(actor=actor, action=action, before=before, after=fields)


def _text(wrong: dict[str, str], name: str, text: str, most: int, *, needed: bool = False) -> str:
    text = " ".join(text.split())
    if needed and not text:
        wrong[name] = "required"
    elif len(text) > most:
        wrong[name] = "too_long"
    elif guard.check(text).secret:
        wrong[name] = "secret"
    return text


def _address(wrong: dict[str, str], name: str, text: str) -> str:
    text = text.strip()
    if text:
        try:
            _web_address(text)
        except ValidationError:
            wrong[name] = "address"
        if len(text) > URL_LENGTH or "@" in text.split("//", 1)[-1].split("/", 1)[0]:
            wrong[name] = "address"
    return text


def _is_colour(text: str) -> bool:
    return (
        len(text) == 7 and text[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in text[1:])
    )


def _within(value: int, limits: tuple[int, int]) -> bool:
    return limits[0] <= value <= limits[1]
