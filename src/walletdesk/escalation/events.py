"""Facts that other rooms may be wired to, past tense. Payloads hold ids and codes only."""

ESCALATED = "escalated"  # escalation_id, conversation_id
ESCALATED_OUTSIDE = "escalated_outside"  # escalation_id: somebody outside is to have a mail
