"""Numbers, the menu behind them, and what is said there."""

from django.db.models import Q

from walletdesk.accounts.models import Brand
from walletdesk.channels.models import Inbox
from walletdesk.kit.shapes import convert
from walletdesk.safety.personal import normal_phone
from walletdesk.voice import texts
from walletdesk.voice.menu import Menu
from walletdesk.voice.models import (
    Line,
    MenuVersion,
    Prompt,
)
from walletdesk.voice.numbers import rules_of


def line_called(called: str, brand: Brand | None = None) -> Line | None:
    """Return the line of a number; the only line there is when the driver does not tell which."""
    rows = Line.objects.select_related("brand", "inbox").order_by("inbox__position", "pk")
    if brand is not None:
        rows = rows.filter(brand=brand)
    wanted = normal_phone(called) or called
    found = [line for line in rows if wanted and _number(line.inbox) == wanted]
    if found:
        return found[0]
    lines = list(rows[:2])
    return lines[0] if lines and (brand is not None or len(lines) == 1) else None


def _number(inbox: Inbox) -> str:
    return normal_phone(inbox.address) or inbox.address


def lines_of(brand: Brand) -> list[Line]:
    """Return the lines of a brand in the order of its inboxes."""
    rows = Line.objects.filter(brand=brand).select_related("inbox", "brand")
    return list(rows.order_by("inbox__position", "pk"))


def newest_menu(brand: Brand) -> MenuVersion | None:
    """Return the menu that new calls hear, None before anybody saved one."""
    return MenuVersion.objects.filter(brand=brand).order_by("-number").first()


def menu_of(brand: Brand, version: MenuVersion | None = None) -> Menu:
    """Return a menu: this version's, else the one to begin with."""
    if version is None:
        return texts.default_menu(brand.languages)
    return convert(version.body, Menu)


def phrases_of(brand: Brand) -> texts.BrandPhrases:
    """Return the words and sounds of a brand; generated ones only where they are fit for use."""
    recorded = Q(generated=False) | Q(language__in=rules_of(brand).fit)
    rows = Prompt.objects.filter(recorded, brand=brand).values_list("language", "key", "pk")
    return texts.BrandPhrases(
        brand.name, {(language, key): f"prompt:{pk}" for language, key, pk in rows}
    )


def sound(name: str) -> bytes:
    """Return a prompt's WAV. Raises KeyError."""
    kind, _sep, number = name.partition(":")
    if kind != "prompt" or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise KeyError(name)
    row = Prompt.objects.filter(pk=int(number)).values_list("wav", flat=True).first()
    if row is None:
        raise KeyError(name)
    return bytes(row)
