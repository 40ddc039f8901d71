"""The names of topics: ours in the reader's language, a brand's own as it wrote them."""

from walletdesk.accounts.models import Brand
from walletdesk.knowledge.topic_queries import own_topics
from walletdesk.web.desk import wording


def topics_of(brand: Brand) -> list[tuple[str, str]]:
    """Return every topic of a brand as (code, name), its own ones first. One statement."""
    return [*((own.code, own.name) for own in own_topics(brand)), *wording.topics()]


def topic_name(brand: Brand, code: str) -> str:
    """Return the name of a topic, the code for one that is gone. Asks only for a brand's own."""
    if not code or code in wording.TOPICS:
        return wording.topic(code)
    return dict(topics_of(brand)).get(code, code)
