"""How the categories of articles are called and in which order they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from walletdesk.knowledge.reader_queries import Listed

OTHER_ICON = "article"
FIRST = 4  # articles of a category on the first page
MOST_ASKED = 6


@dataclass(frozen=True, slots=True)
class Category:
    """A group of articles on a list page. `id` is its part of the address."""

    id: str
    name: str
    icon: str
    articles: tuple[Listed, ...]

    @property
    def first(self) -> tuple[Listed, ...]:
        """The ones that stand on the first page."""
        return self.articles[:FIRST]

    @property
    def more(self) -> int:
        """How many stand on the category's own page only."""
        return max(0, len(self.articles) - FIRST)


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


def category_icon(category: str) -> str:
    """Return the picture of a category."""
    known = _known().get(category)
    return known[1] if known else OTHER_ICON


def by_category(articles: Iterable[Listed], asked: Mapping[str, int]) -> list[Category]:
    """Group articles, what is asked most first within a group; unknown categories come last."""
    groups: dict[str, list[Listed]] = {}
    for article in articles:
        groups.setdefault(article.category, []).append(article)
    known = _known()
    order = [*(c for c in known if c in groups), *sorted(c for c in groups if c not in known)]
    return [
        Category(
            id=category,
            name=category_name(category),
            icon=category_icon(category),
            articles=tuple(sorted(groups[category], key=lambda item: -_demand(item, asked))),
        )
        for category in order
    ]


def _demand(article: Listed, asked: Mapping[str, int]) -> int:
    """Return how much an article is wanted: conversations about its topic, and readers."""
    return asked.get(article.topic, 0) + article.views


def most_asked(articles: Iterable[Listed], asked: Mapping[str, int]) -> list[Listed]:
    """Return what people ask and read most, one article a topic; nothing when nothing is known."""
    best: dict[str, Listed] = {}
    for article in sorted(articles, key=lambda item: (item.foreign, -item.views)):
        best.setdefault(article.topic, article)
    wanted = [item for item in best.values() if _demand(item, asked)]
    return sorted(wanted, key=lambda item: -_demand(item, asked))[:MOST_ASKED]
