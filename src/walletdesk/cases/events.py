"""Facts that other rooms may be wired to, past tense. Payloads hold ids and codes only."""

CASE_OPENED = "case_opened"  # case_id, kind
