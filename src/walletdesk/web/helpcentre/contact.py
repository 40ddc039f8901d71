"""Who answers how soon just now, on each way, and when it is better to ask."""

from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import logo_digest
from walletdesk.conversations.asked import topics_asked
from walletdesk.sla.queries import hours_of
from walletdesk.web.common.ways import other_ways, wait_now
from walletdesk.web.common.when_to_ask import hours_sentence

NOW_SECONDS = 60  # the present wait
ASKED_SECONDS = 3_600  # what is asked
ASKED_DAYS = 30


def contact(brand: Brand, language: str) -> dict[str, Any]:
    """Return the present wait, hours, other ways, when it is shorter, and what people ask about.

    As it was within the last minute; what people ask about, and when it is shorter, within the last
    hour. One statement while they are fresh.
    """
    now_key, asked_key = f"help-now:{brand.pk}:{language}", f"help-asked:{brand.pk}"
    known: dict[str, Any] = cache.get_many([now_key, asked_key])
    if asked_key not in known:
        known[asked_key] = topics_asked(brand, ASKED_DAYS)
        cache.set(asked_key, known[asked_key], ASKED_SECONDS)
    if now_key not in known:
        known[now_key] = _now(brand, language)
        cache.set(now_key, known[now_key], NOW_SECONDS)
    return {**known[now_key], "asked": known[asked_key]}


def _now(brand: Brand, language: str) -> dict[str, Any]:
    wait, advice = wait_now(brand, language)
    if advice is None:
        advice = _("There is not enough data yet to say when it is shorter.")
    return {
        "wait": wait,
        "hours": hours_sentence(hours_of(brand)),
        "ways": other_ways(brand, language),
        "advice": advice,
        "logo": logo_digest(brand),
    }
