"""Facts that other rooms may be wired to (site/wiring.py), past tense. Payloads hold ids only."""

DIAGNOSIS_MADE = "diagnosis_made"  # conversation_id, seq
