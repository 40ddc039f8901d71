"""Looks at the pages that articles lead to. For jobs: it asks the network."""

from walletdesk.accounts.models import Brand
from walletdesk.kit.safe_http import ForbiddenAddress, NoAnswer, SafeClient
from walletdesk.knowledge.actions.links import record_look, take_stock
from walletdesk.knowledge.desk_queries import external_links
from walletdesk.knowledge.types import LinkProblem

# These say "who are you" or "not so fast", not "there is no such page".
_THERE = frozenset({401, 403, 405, 406, 407, 408, 425, 429, 451, 503})
_GONE = frozenset({404, 410})


def check_links(brand: Brand, client: SafeClient) -> int:
    """Look at every address that is due, one after the other. Return how many."""
    due = take_stock(brand=brand, urls=external_links(brand))
    for url in due:
        problem, status = look(client, url)
        record_look(brand=brand, url=url, problem=problem, status=status)
    return len(due)


def look(client: SafeClient, url: str) -> tuple[LinkProblem, int | None]:
    """Return what is wrong with an address, and the status that it answered with."""
    try:
        status = client.look(url).status
    except ForbiddenAddress:
        return LinkProblem.FORBIDDEN, None
    except NoAnswer:
        return LinkProblem.UNREACHABLE, None
    if status in _GONE:
        return LinkProblem.MISSING, status
    if status >= 400 and status not in _THERE:
        return LinkProblem.REFUSED, status
    return LinkProblem.NONE, status
