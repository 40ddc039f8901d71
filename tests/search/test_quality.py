"""The labelled queries of the benchmark find what they mean."""

from django.utils.translation import override

from bench.search_quality import ask, load, recall
from tests.cast import Cast
from walletdesk.conversations.search.actions.indexing import index_all


def test_recall_of_the_labelled_queries(cast: Cast) -> None:
    names = load(cast.brand)
    index_all()
    with override("en"):
        answers = ask(cast.agent, names)
    missed = [(query, first) for query, wanted, first in answers if not wanted & set(first)]
    assert len(answers) >= 60
    assert recall(answers) >= 0.9, missed
