"""What a brand's accepted examples make of the shipped model. Pure, numpy only.

The regression on sentence vectors is solved anew with the brand's examples among ours. The n-grams
stay as shipped: of a topic that they do not know, the sentence vectors speak alone.
"""

import json
from collections.abc import Sequence
from io import BytesIO
from zipfile import BadZipFile

import numpy as np

from walletdesk.language.triage.model import BadModel, Head, TopicModel
from walletdesk.language.triage.ridge import one_hot, pulls
from walletdesk.language.types import Vectors


def learn(base: TopicModel, vectors: Vectors, topics: Sequence[str]) -> TopicModel:
    """Return the model of our examples and these, one vector and topic each."""
    labels = [*base.labels, *sorted(set(topics) - set(base.labels))]
    taught = [*(base.labels[at] for at in base.head.taught), *topics]
    every = np.vstack([base.head.examples, vectors])
    return _extended(base, labels, vectors, topics, pulls(every, one_hot(taught, labels)))


def pack(base: TopicModel, learned: TopicModel) -> bytes:
    """Return what `unpack` makes the learned model of again, beside the same shipped one."""
    ours = len(base.head.taught)
    about = {
        "digest": base.digest,
        "labels": learned.labels,
        "topics": [learned.labels[at] for at in learned.head.taught[ours:]],
    }
    file = BytesIO()
    np.savez_compressed(
        file,
        about=np.frombuffer(json.dumps(about).encode(), np.uint8),
        vectors=learned.head.examples[ours:].astype(np.float16),
        pull=learned.head.pull.astype(np.float16),
    )
    return file.getvalue()


def unpack(base: TopicModel, content: bytes) -> TopicModel:
    """Return a packed model. Raises BadModel, also for what was learnt beside another model."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            about = json.loads(bytes(arrays["about"]))
            vectors, pull = arrays["vectors"], arrays["pull"]
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise BadModel(str(error)) from None
    if about["digest"] != base.digest:
        raise BadModel("made for another version of the shipped model")
    return _extended(
        base,
        about["labels"],
        vectors.astype(np.float32),
        about["topics"],
        pull.astype(np.float32),
    )


def _extended(
    base: TopicModel,
    labels: Sequence[str],
    vectors: Vectors,
    topics: Sequence[str],
    pull: Vectors,
) -> TopicModel:
    place = {label: at for at, label in enumerate(labels)}
    head = Head(
        np.vstack([base.head.examples, vectors]),
        np.concatenate([base.head.inside, np.ones(len(topics), bool)]),
        pull,
        np.concatenate([base.head.taught, [place[topic] for topic in topics]]).astype(np.int16),
    )
    return TopicModel(labels, base.blocks, base.bias, head, base.tuning, base.digest)
