"""Facts that other rooms may be wired to, past tense. Payloads hold ids and codes only."""

DELIVERY_CHANGED = "delivery_changed"  # delivery_id, state, reason, code
