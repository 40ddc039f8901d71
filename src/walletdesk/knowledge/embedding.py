"""The embedder of this process. The composition root may put another one behind the port."""

from walletdesk.language.types import Embedder
from walletdesk.language.use_embedder import packaged_embedder


class _Chosen:
    embedder: Embedder = packaged_embedder()  # loads its weights at the first use, not here


def current_embedder() -> Embedder:
    """Return the embedder that articles and questions go through."""
    return _Chosen.embedder


def choose_embedder(embedder: Embedder) -> None:
    """Use another embedder from now on. Articles must be indexed again when the model changes."""
    _Chosen.embedder = embedder
