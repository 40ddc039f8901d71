"""Some of the demo's articles, indexed as the worker would."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from walletdesk.accounts.models import Brand
from walletdesk.knowledge import actions
from walletdesk.knowledge.embedding import choose_embedder
from walletdesk.knowledge.models import Translation
from walletdesk.language.types import Vectors
from walletdesk.language.use_embedder import UseEmbedder

FOLDER = Path(__file__).parents[2] / "src/walletdesk/site/demo/articles"
SLUGS = (
    "transaction-pending",
    "wallet-emptied-or-stolen",
    "forgot-password",
    "create-a-wallet",
    "swap-failed",
)


class RememberingEmbedder(UseEmbedder):
    """The packaged embedder; a text that another test embedded already costs nothing."""

    known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known |= dict(zip(new, super().embed(new), strict=True))
        return np.array([self.known[text] for text in texts], np.float32).reshape(-1, 512)


def load(brand: Brand, slugs: Sequence[str] = SLUGS) -> None:
    choose_embedder(RememberingEmbedder())
    for position, slug in enumerate(slugs):
        actions.load_article_folder(brand=brand, folder=FOLDER / slug, position=position)
    index(brand)


def index(brand: Brand) -> None:
    for pk in Translation.objects.filter(article__brand=brand).values_list("pk", flat=True):
        actions.index_translation(pk)
    actions.learn_ranking(brand.pk)
