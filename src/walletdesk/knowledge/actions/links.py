"""What became of the links that lead elsewhere. Looking is a job's part: it needs the network."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit import clock
from walletdesk.kit.jobs import later
from walletdesk.kit.limits.actions import hit
from walletdesk.knowledge.reader_models import ExternalLink
from walletdesk.knowledge.types import LinkProblem

CHECK_JOB = "knowledge.check_links"
LOOK_AGAIN = timedelta(hours=20)
MOST = 2_000  # addresses of a brand; one look takes seconds at worst


def ask_for_check(*, actor: Membership) -> None:
    """Have all links looked at now, at most every ten minutes a person. Raises TooMany."""
    require_right(actor.role, Permission.ARTICLE_EDIT)
    hit(what="link-check", who=str(actor.pk), limit=1, window=timedelta(minutes=10))
    ExternalLink.objects.filter(brand_id=actor.brand_id).update(checked_at=None)
    later(CHECK_JOB, at=clock.now(), brand_id=actor.brand_id)


@transaction.atomic
def take_stock(*, brand: Brand, urls: Iterable[str]) -> list[str]:
    """Make the table hold exactly these addresses. Return those that are due for a look."""
    wanted = {link_digest(url): url for url in sorted(urls)[:MOST]}
    ExternalLink.objects.filter(brand=brand).exclude(digest__in=wanted).delete()
    ExternalLink.objects.bulk_create(
        (ExternalLink(brand=brand, digest=digest, url=url) for digest, url in wanted.items()),
        ignore_conflicts=True,
    )
    before = clock.now() - LOOK_AGAIN
    known = ExternalLink.objects.filter(brand=brand)
    return list(known.exclude(checked_at__gte=before).order_by("url").values_list("url", flat=True))


def record_look(*, brand: Brand, url: str, problem: LinkProblem, status: int | None = None) -> None:
    """Note what a look found."""
    rows = ExternalLink.objects.filter(brand=brand, digest=link_digest(url))
    rows.update(problem=problem, status=status, checked_at=clock.now())


def link_digest(url: str) -> str:
    """Return what names an address in the table."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
