"""Facts that are wired to this room's own handlers (site/wiring.py). Payloads hold ids only."""

TRANSLATION_CHANGED = "translation_changed"  # translation_id → actions.index_translation
ENCODER_CHANGED = "encoder_changed"  # no fields → assist.actions.forget_solved
PASSAGES_EMBEDDED = "passages_embedded"  # brand_id → actions.learn_ranking
