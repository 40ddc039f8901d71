"""What the tests of search share: an index that is up to date, and what a person finds."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from walletdesk.accounts.models import Membership
from walletdesk.conversations.search.actions.indexing import index_all
from walletdesk.conversations.search.queries import search_conversations
from walletdesk.conversations.search.rules import parse
from walletdesk.conversations.search.types import Results
from walletdesk.web.desk.search_words import known_values

Search = Callable[..., Results]


@pytest.fixture
def search(cast: Cast) -> Search:
    """Return a search by the agent, or by `by`, over an index that has caught up."""

    def ask(text: str, by: Membership | None = None) -> Results:
        index_all()
        member = by or cast.agent
        return search_conversations(member, parse(text), known_values(member))

    return ask
