"""Facts that other rooms may be wired to, past tense. Payloads hold ids and codes only."""

CLOCK_WARNED = "clock_warned"  # conversation_id, clock_id, kind
CLOCK_BREACHED = "clock_breached"  # conversation_id, clock_id, kind
