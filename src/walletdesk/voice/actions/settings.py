"""What a brand decides about its hotline: numbers, rules for all of them, menu, prompts."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind
from walletdesk.kit.errors import BadInput, ChangedMeanwhile, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard
from walletdesk.voice.menu import Menu, walk, wrong
from walletdesk.voice.models import RECORDING, Line, MenuVersion, Prompt, VoiceRules
from walletdesk.voice.numbers import is_country
from walletdesk.voice.queries import newest_menu
from walletdesk.voice.texts import may_be_key
from walletdesk.voice.wav import BadSound, prompt_wav

LIMITS = {
    "announce_seconds": (15, 600),  # shorter is a nuisance, longer leaves people in the dark
    "overflow_seconds": (60, 7200),
    "most_calls": (1, 1000),
    "calls_per_hour": (0, 1000),  # 0: nobody is called back
    "keep_days": (1, 3650),
}
SWITCHES = ("call_backs", "messages", "links", "survey")
LINE_NUMBERS = ("announce_seconds", "overflow_seconds", "most_calls")
COUNTRIES = 60


@transaction.atomic
def change_line(
    *, actor: Membership, inbox: Inbox, version: int, values: Mapping[str, Any]
) -> Line:
    """Change how a number is answered; the first time it is connected to the hotline.

    Raises BadInput that names fields, ChangedMeanwhile, NotFound for an inbox that is no telephone.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    if inbox.brand_id != actor.brand_id or inbox.kind != InboxKind.PHONE:
        raise NotFound
    languages = list(values["languages"])
    problems = _out_of_range({name: values[name] for name in LINE_NUMBERS})
    if not languages or not set(languages) <= set(actor.brand.languages):
        problems["languages"] = "unknown" if languages else "required"
    if values["record"] not in RECORDING:
        problems["record"] = "unknown"
    if problems:
        raise BadInput(**problems)
    names = ("languages", "record", *LINE_NUMBERS, *SWITCHES)
    row, _made = Line.objects.get_or_create(inbox=inbox, defaults={"brand": actor.brand})
    before = {name: getattr(row, name) for name in names}
    after = {name: values[name] for name in names}
    change_row(Line.objects.filter(pk=row.pk), version=version, **after)
    record_change(
        actor=actor,
        action="voice.line_changed",
        subject=f"inbox:{inbox.pk}",
        before=before,
        after=after,
    )
    return row


def connect_line(*, actor: Membership, inbox: Inbox) -> Line:
    """Connect a number to the hotline as most want it: all languages, recording when asked."""
    usual = Line(inbox=inbox, languages=actor.brand.languages, record="ask")
    names = ("languages", "record", *LINE_NUMBERS, *SWITCHES)
    values = {name: getattr(usual, name) for name in names}
    return change_line(actor=actor, inbox=inbox, version=0, values=values)


@transaction.atomic
def change_voice(
    *,
    actor: Membership,
    version: int,
    countries: Sequence[str],
    numbers: Mapping[str, int],
    fit: Sequence[str],
) -> None:
    """Change what holds for all numbers. Raises BadInput, ChangedMeanwhile."""
    require_right(actor.role, Permission.BRAND_EDIT)
    problems = _out_of_range(numbers)
    if len(countries) > COUNTRIES or not all(map(is_country, countries)):
        problems["countries"] = "country"
    if not set(fit) <= set(actor.brand.languages):
        problems["fit"] = "unknown"
    if problems:
        raise BadInput(**problems)
    values = {**numbers, "countries": sorted(set(countries)), "fit": sorted(fit)}
    row, _made = VoiceRules.objects.get_or_create(brand=actor.brand)
    before = {name: getattr(row, name) for name in values}
    change_row(VoiceRules.objects.filter(pk=row.pk), version=version, **values)
    record_change(actor=actor, action="voice.changed", before=before, after=values)


@transaction.atomic
def save_menu(*, actor: Membership, version: int, menu: Menu) -> MenuVersion:
    """Keep a menu as the next version; calls that go on keep theirs.

    Raises BadInput (path → code), ChangedMeanwhile when `version` is not the newest any more.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    problems = wrong(menu, actor.brand.languages)
    for path, entry in walk(menu):
        texts = [*entry.words.values(), *entry.answer.values()]
        if any(guard.check(text).secret for text in texts):
            problems[path] = "secret"
    if problems:
        raise BadInput(**problems)
    newest = newest_menu(actor.brand)
    number = newest.number if newest else 0
    if number != version:
        raise ChangedMeanwhile(version=number)
    try:
        with transaction.atomic():
            made = MenuVersion.objects.create(
                brand=actor.brand,
                number=number + 1,
                body=msgspec.to_builtins(menu),
                author=actor,
            )
    except IntegrityError:  # a colleague saved at this moment
        raise ChangedMeanwhile(version=number + 1) from None
    record_change(
        actor=actor,
        action="voice.menu_changed",
        subject=f"menu:{made.number}",
        before={"version": number},
        after={"version": made.number, "entries": len(list(walk(menu)))},
    )
    return made


@transaction.atomic
def keep_prompt(
    *, actor: Membership, language: str, key: str, data: bytes, generated: bool = False
) -> Prompt:
    """Keep the sound of a prompt, checked and converted. Raises BadInput."""
    require_right(actor.role, Permission.BRAND_EDIT)
    if language not in actor.brand.languages or not may_be_key(key):
        raise NotFound
    try:
        wav = prompt_wav(data)
    except BadSound as error:
        raise BadInput(sound=str(error)) from None
    Prompt.objects.filter(brand=actor.brand, language=language, key=key).delete()
    made = Prompt.objects.create(
        brand=actor.brand, language=language, key=key, wav=wav, generated=generated
    )
    record_change(
        actor=actor,
        action="voice.prompt_changed",
        subject=f"prompt:{language}:{key}",
        before={},
        after={"bytes": len(wav), "generated": generated},
    )
    return made


@transaction.atomic
def remove_prompt(*, actor: Membership, language: str, key: str) -> None:
    """Forget the sound of a prompt; its words stay."""
    require_right(actor.role, Permission.BRAND_EDIT)
    Prompt.objects.filter(brand=actor.brand, language=language, key=key).delete()


def _out_of_range(numbers: Mapping[str, int]) -> dict[str, str]:
    return {
        name: "range"
        for name, number in numbers.items()
        if not LIMITS[name][0] <= number <= LIMITS[name][1]
    }
