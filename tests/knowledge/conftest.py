"""A small knowledge base that is quick to index."""

import pytest

from tests.factories.articles import load
from walletdesk.accounts.actions.brands import create_brand
from walletdesk.accounts.models import Brand


@pytest.fixture
def brand(db: None) -> Brand:
    return create_brand(
        slug="borealis",
        name="Borealis Wallet",
        languages=["zh-hans", "en", "es"],
        default_language="en",
        accent="#5b5bd6",
    )


@pytest.fixture
def library(brand: Brand) -> Brand:
    """The brand with five of the demo's articles, indexed."""
    load(brand)
    return brand
