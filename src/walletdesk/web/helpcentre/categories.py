"""How the categories of articles are called and in which order they stand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from walletdesk.knowledge.models import Translation

OTHER_ICON = "article"


@dataclass(frozen=True, slots=True)
class Category:
    """A group of articles on a list page. `id` is its anchor."""

    id: str
    name: str
    icon: str
    articles: tuple[Translation, ...]


def _known() -> dict[str, tuple[str, str]]:
    """Return id → (name, icon), in the order of the page."""
    return {
        "safety": (_("Safety"), "shield"),
        "transactions": (_("Transactions"), "send"),
        "deposits": (_("Deposits"), "inbox"),
        "getting-started": (_("Getting started"), "flag"),
        "account": (_("Account and sign-in"), "user"),
        "fees": (_("Fees"), "bolt"),
        "swap": (_("Swaps and bridges"), "refresh"),
        "tokens": (_("Tokens"), "tag"),
        "buy-and-sell": (_("Buying and selling"), "hand-over"),
        "earn": (_("Earning"), "star"),
        "app": (_("The app"), "settings"),
        "about": (_("About our support"), "headset"),
    }


def category_name(category: str) -> str:
    """Return a category's name; one that we do not know is shown as its author wrote it."""
    known = _known().get(category)
    return known[0] if known else category.replace("-", " ").capitalize()


def by_category(articles: Iterable[Translation]) -> list[Category]:
    """Group articles, keeping their order within a group; unknown categories come last."""
    groups: dict[str, list[Translation]] = {}
    for article in articles:
        groups.setdefault(article.article.category, []).append(article)
    known = _known()
    order = [*(c for c in known if c in groups), *sorted(c for c in groups if c not in known)]
    return [
        Category(
            id=category,
            name=category_name(category),
            icon=known[category][1] if category in known else OTHER_ICON,
            articles=tuple(groups[category]),
        )
        for category in order
    ]
