"""Where complainants find their page: who knows the addresses says so at the composition root."""

from collections.abc import Callable

from walletdesk.conversations.models import Conversation

PageOf = Callable[[Conversation], str]
_pages: list[PageOf] = [lambda _conversation: ""]


def use_pages(page_of: PageOf) -> None:
    """Ask this for the address of a conversation's secret page from now on; "" for none."""
    _pages[:] = [page_of]


def page_of(conversation: Conversation) -> str:
    """Return the address of a conversation's secret page. For its customer, and nobody else."""
    return _pages[0](conversation)
