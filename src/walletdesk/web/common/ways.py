"""Sentences about when and where people answer: for the chat's start screen and the help centre."""

from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, override

from walletdesk.accounts.models import Brand
from walletdesk.channels.queries import open_ways
from walletdesk.channels.types import InboxKind, OpenWay
from walletdesk.conversations.overview import usual_wait
from walletdesk.conversations.tickets.queries import form_of
from walletdesk.integrations.embedded_voice.mark import read_mark
from walletdesk.routing.forecast import in_minutes
from walletdesk.routing.queries import expected_wait
from walletdesk.routing.types import Wait
from walletdesk.sla.queries import hours_of
from walletdesk.voice.queries import lines_of
from walletdesk.web.common.when_to_ask import STEPS, better_time, hours_sentence

KINDS = {
    InboxKind.CHAT: gettext_noop("Chat"),
    InboxKind.EMAIL: gettext_noop("E-mail"),
    InboxKind.PHONE: gettext_noop("Telephone"),
    InboxKind.TELEGRAM: "Telegram",
    InboxKind.WECHAT: gettext_noop("WeChat"),
    InboxKind.QQ: "QQ",
    InboxKind.WEIBO: gettext_noop("Weibo"),
    InboxKind.X: "X",
    InboxKind.WHATSAPP: "WhatsApp",
    InboxKind.COMMUNITY: gettext_noop("Community"),
    InboxKind.LINK: gettext_noop("Other page"),
}
LONG_MINUTES = 120  # from here on people think in hours

WAIT_KEPT_SECONDS = 60
UNKNOWN_WAIT = -1.0


def present_wait(brand: Brand) -> timedelta | None:
    """Return the usual wait, asked for once a minute and brand; None when it is unknown."""
    key = f"usual-wait:{brand.pk}"
    seconds: float | None = cache.get(key)
    if seconds is None:
        found = usual_wait(brand)
        seconds = UNKNOWN_WAIT if found is None else found.total_seconds()
        cache.set(key, seconds, WAIT_KEPT_SECONDS)
    return None if seconds == UNKNOWN_WAIT else timedelta(seconds=seconds)


def wait_sentence(wait: timedelta | None) -> str:
    """Return how soon a person usually answers; rounded up, so that nobody waits in vain."""
    if wait is None:
        return _("We cannot tell yet how soon a person answers today.")
    minutes = wait.total_seconds() / 60
    step = next((step for step in STEPS if minutes <= step), None)
    if step is None:
        hours = -int(-minutes // 60)
        return ngettext(
            "A person usually answers in about %(n)s hour",
            "A person usually answers in about %(n)s hours",
            hours,
        ) % {"n": hours}
    return ngettext(
        "A person usually answers in about %(n)s minute",
        "A person usually answers in about %(n)s minutes",
        step,
    ) % {"n": step}


def wait_now(brand: Brand, language: str) -> tuple[str, str | None]:
    """Return how long who asks for a person now will wait, a range where one is known, and advice.

    The advice is that of `better_time`.
    """
    found = expected_wait(brand, language=language)
    if found is None:
        usual = present_wait(brand)
        return wait_sentence(usual), better_time(brand, usual)
    words = _("A person comes in about %(range)s") % {"range": wait_range(found)}
    return words, better_time(brand, _middle(found))


def wait_told(brand: Brand, wait: Wait | None) -> tuple[str, str]:
    """Return what who waits in the queue is told: a range, and a sentence; either may be "".

    The sentence says when it is usually shorter; where no range is known also how long people
    usually wait, or when a closed desk opens.
    """
    if wait is not None:
        return wait_range(wait), better_time(brand, _middle(wait)) or ""
    hours = hours_of(brand)
    if hours is not None and not hours.open:
        return "", hours_sentence(hours)
    usual = present_wait(brand)
    parts = (wait_sentence(usual), better_time(brand, usual))
    return "", " · ".join(part for part in parts if part)


def _middle(wait: Wait) -> timedelta:
    return timedelta(seconds=wait.middle)


def wait_range(wait: Wait) -> str:
    """Return a told wait in a few words, such as "5–12 min"."""
    low, high = in_minutes(wait)
    if high <= 1:
        return _("1 min or less")
    if low >= LONG_MINUTES:
        return _("%(low)s–%(high)s h") % {"low": low // 60, "high": high // 60}
    if low == 0:
        return _("up to %(high)s min") % {"high": high}
    return _("%(low)s–%(high)s min") % {"low": low, "high": high}


def carries_calls() -> bool:
    """Tell whether calls out of the chat are carried at all."""
    config = settings.WALLETDESK
    return "embedded" in config.voice or read_mark(config.media.mark) is not None


def takes_calls(brand: Brand) -> bool:
    """Tell whether customers can call out of the chat: calls are carried, and a line answers."""
    return carries_calls() and bool(lines_of(brand))


def office_hours(brand: Brand) -> dict[str, str] | None:
    """Return when people are there, None when the brand has not said.

    `text` may hold {time}: the moment `at` in the reader's own clock.
    """
    hours = hours_of(brand)
    if hours is None:
        return None
    if hours.always:
        return {"text": _("People answer day and night"), "at": ""}
    if hours.changes_at is None:
        return None
    text = _("People answer until {time}") if hours.open else _("People answer again: {time}")
    return {"text": text, "at": hours.changes_at.isoformat()}


def other_ways(brand: Brand, language: str) -> list[dict[str, str]]:
    """Return the other ways to reach us that are open: name, address, href and wait."""
    others = [
        {"name": _name(way), "address": way.address, "href": way.href, "wait": way.promise}
        for way in open_ways(brand, language)
    ]
    return [*_ticket_way(brand, language), *others]


def _name(way: OpenWay) -> str:
    """Return a way's name: one that only says what kind it is, in the reader's language."""
    return _(KINDS[way.kind]) if way.name in _names_of(way.kind) else way.name


@lru_cache
def _names_of(kind: InboxKind) -> frozenset[str]:
    found = {KINDS[kind]}
    for language, _own_name in settings.LANGUAGES:
        with override(language):
            found.add(_(KINDS[kind]))
    return frozenset(found)


def _ticket_way(brand: Brand, language: str) -> list[dict[str, str]]:
    """Return the way over the form, [] while it is closed."""
    form = form_of(brand)
    if not form.enabled:
        return []
    told = hours_of(brand)
    n = form.answer_hours
    if told is None or told.always:
        wait = ngettext("Answer within %(n)s hour", "Answer within %(n)s hours", n) % {"n": n}
    else:
        wait = ngettext(
            "Answer within %(n)s office hour", "Answer within %(n)s office hours", n
        ) % {"n": n}
    path = f"{reverse('portal:form', args=[brand.slug])}?language={language}"
    href = f"{settings.WALLETDESK.base_url.rstrip('/')}{path}"
    return [{"name": _("Write a ticket"), "address": "", "href": href, "wait": wait}]
