"""The profiles of this installation."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from walletdesk.complaints.law_files import holidays_of, load_profiles
from walletdesk.complaints.rules import week_of
from walletdesk.complaints.types import Profile
from walletdesk.kit.errors import BadInput
from walletdesk.sla.types import Week

DEFAULT = "plain"


def profiles() -> dict[str, Profile]:
    """Return the profiles of this installation."""
    return _loaded(settings.WALLETDESK.complaint_profiles)


@cache
def _loaded(folder: Path | None) -> dict[str, Profile]:
    return load_profiles(folder)


def get_profile(code: str) -> Profile:
    """Return a profile by code. Raises BadInput for one that is not there (any more)."""
    found = profiles().get(code)
    if found is None:
        raise BadInput(profile="unknown")
    return found


def calendar_of(profile: Profile, received_at: datetime) -> Week:
    """Return the working days by which a complaint's periods are counted."""
    return week_of(profile, holidays_of(profile.holidays, received_at.year))


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a text of a profile in a language, in English where it has none."""
    return texts.get(language) or texts["en"]
