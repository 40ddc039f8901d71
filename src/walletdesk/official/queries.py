"""Reads of the registry, of known fakes, and of what is published."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q

from walletdesk.accounts.models import Brand, Membership
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound
from walletdesk.official.hosts import parse_host
from walletdesk.official.judge import Fakes
from walletdesk.official.models import Entry, KnownFake, Publication, RegistryChange
from walletdesk.official.types import Answer, ChangeState, Kind, Reason, Registry, Verdict
from walletdesk.official.verify import unofficial_links

SHOWN = 500
CHANGES = 50


def registry_of(brand: Brand) -> Registry:
    """Return what a brand says is its own; this installation's host is official by itself."""
    entries: dict[str, set[str]] = {}
    names = {brand.name: False}
    for entry in Entry.objects.filter(brand=brand):
        if entry.kind == Kind.NAME:
            names[entry.value] = entry.ordinary
        entries.setdefault(entry.kind, set()).add(entry.value)
    own = parse_host(settings.WALLETDESK.base_url)
    return Registry(
        brand=brand.slug,
        entries={kind: frozenset(values) for kind, values in entries.items()},
        names=names,
        hosts=frozenset([own.ascii]) if own else frozenset(),
    )


def fakes_of(brand: Brand, links: Iterable[str] = ()) -> Fakes:
    """Return the look-up of known fakes; those of `links` are read at once, others when asked."""
    known: dict[tuple[Kind, str], Reason | None] = {}

    def read(kind: Kind, values: Iterable[str]) -> None:
        wanted = [value for value in values if (kind, value) not in known]
        if not wanted:
            return
        known.update({(kind, value): None for value in wanted})
        rows = KnownFake.objects.filter(Q(brand=None) | Q(brand=brand), kind=kind)
        for row in rows.filter(value__in=wanted).order_by("confirmed"):
            known[kind, row.value] = Reason.CONFIRMED if row.confirmed else Reason.LISTED

    hosts = (parse_host(link) for link in links)
    read(Kind.DOMAIN, {name for host in hosts if host for name in host.domains})

    def look(kind: Kind, values: Iterable[str]) -> Reason | None:
        values = [value for value in values if "\0" not in value]
        read(kind, values)
        return next((found for value in values if (found := known[kind, value])), None)

    return look


def entries_of(brand: Brand) -> list[Entry]:
    """Return the entries of a brand, those of one kind together."""
    return list(Entry.objects.filter(brand=brand).order_by("kind", "value")[: SHOWN * 4])


def changes_of(membership: Membership) -> list[RegistryChange]:
    """Return the newest changes of the member's brand; those that wait come first."""
    rows = RegistryChange.objects.filter(brand_id=membership.brand_id)
    rows = rows.select_related("requested_by__user", "decided_by__user")
    waiting = rows.filter(state=ChangeState.REQUESTED).order_by("-pk")[:CHANGES]
    others = rows.exclude(state=ChangeState.REQUESTED).order_by("-pk")[:CHANGES]
    return [*waiting, *others]


def get_change_for(membership: Membership, ref: str) -> RegistryChange:
    """Return a change of the member's brand. Raises NotFound."""
    rows = RegistryChange.objects.filter(brand_id=membership.brand_id).select_related("brand")
    found = rows.filter(ref=ref).first() if ids.may_name(ref) else None
    if found is None:
        raise NotFound
    return found


def publication_of(brand: Brand) -> Publication:
    """Return the signed document of a brand. Raises NotFound before anything was agreed to."""
    found = Publication.objects.filter(brand=brand, serial__gt=0).first()
    if found is None:
        raise NotFound
    return found


def count_fakes(brand: Brand) -> int:
    """Return how many fakes are known for a brand, those of public lists among them."""
    return KnownFake.objects.filter(Q(brand=None) | Q(brand=brand)).count()


def links_to_look_at(brand: Brand, text: str) -> list[Answer]:
    """Return what must be looked at twice before a text is sent: links that are not official.

    A brand without any official domain has said nothing yet: only fakes and look-alikes count.
    """
    if "." not in text:
        return []
    registry = registry_of(brand)
    found = unofficial_links(text, registry, fakes_of(brand))
    if registry.domains - registry.hosts:
        return found
    return [answer for answer in found if answer.verdict != Verdict.UNKNOWN]
