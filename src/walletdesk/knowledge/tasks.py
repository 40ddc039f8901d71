"""Thin jobs of articles."""

from contextlib import closing

from walletdesk.accounts.queries import all_brands, get_brand_by_id
from walletdesk.kit.jobs import every, once
from walletdesk.kit.safe_http import SafeClient
from walletdesk.knowledge.actions import index_waiting
from walletdesk.knowledge.actions.links import CHECK_JOB
from walletdesk.knowledge.actions.reading import forget_old_readings
from walletdesk.knowledge.actions.training import TRAIN_JOB
from walletdesk.knowledge.link_checker import check_links
from walletdesk.knowledge.topic_trainer import train_version


@every("23 4 * * *", name="knowledge.check_all_links")
def check_all_links() -> None:
    """Every night: look at the pages that articles lead to."""
    with closing(SafeClient()) as client:
        for brand in all_brands():
            check_links(brand, client)


@every("53 3 * * *", name="knowledge.forget_old_readings")
def forget_readings() -> None:
    """Every night: forget questions and comments that nobody needs any more."""
    forget_old_readings()


@every("*/10 * * * *", name="knowledge.index_waiting")
def index_what_waits() -> None:
    """Every ten minutes: embed what the model could not be asked for when it changed."""
    index_waiting()


@once(name=CHECK_JOB)
def check_links_now(brand_id: int) -> None:
    """When somebody asks: look at the pages that a brand's articles lead to."""
    brand = get_brand_by_id(brand_id)
    if brand is not None:
        with closing(SafeClient()) as client:
            check_links(brand, client)


@once(name=TRAIN_JOB)
def train_topics(version_id: int) -> None:
    """When somebody asks: learn what a brand's examples say, and measure whether it helps."""
    train_version(version_id)
