"""The one table of which room reacts to which event."""

from walletdesk.kit.outbox.registry import Handler
from walletdesk.knowledge import events as knowledge
from walletdesk.knowledge.actions import index_translation, learn_ranking

WIRING: dict[str, list[tuple[str, Handler]]] = {
    knowledge.TRANSLATION_CHANGED: [("knowledge.index_translation", index_translation)],
    knowledge.PASSAGES_EMBEDDED: [("knowledge.learn_ranking", learn_ranking)],
}
