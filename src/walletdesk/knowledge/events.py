"""Facts that are wired to this room's own handlers (site/wiring.py). Payloads hold ids only."""

TRANSLATION_CHANGED = "translation_changed"  # translation_id → actions.index_translation
PASSAGES_EMBEDDED = "passages_embedded"  # brand_id → actions.learn_ranking
