"""Trains a brand's triage in a worker: seconds of computing, outside of any transaction."""

from walletdesk.knowledge.actions.training import record_failure, record_training
from walletdesk.knowledge.models import TopicVersion
from walletdesk.knowledge.topic_queries import accepted_examples, model_of
from walletdesk.knowledge.types import VersionState
from walletdesk.language.triage.held_out import measure
from walletdesk.language.triage.judge import topic_model, vectors_of
from walletdesk.language.triage.learned import learn, pack


def train_version(version_id: int) -> None:
    """Train a version that waits for it; one that is decided already is left alone."""
    rows = TopicVersion.objects.select_related("brand")
    version = rows.filter(pk=version_id, state=VersionState.TRAINING).first()
    if version is None:
        return
    try:
        taught = list(accepted_examples(version.brand).values_list("text", "topic"))
        base = topic_model()
        learned = learn(
            base, vectors_of([text for text, _ in taught]), [topic for _, topic in taught]
        )
        before, after = measure(model_of(version.brand)), measure(learned)
        record_training(version=version, content=pack(base, learned), before=before, after=after)
    except BaseException:
        record_failure(version=version)
        raise
