"""Facts that other rooms may be wired to, past tense. Payloads hold ids only."""

SURVEY_ANSWERED = "survey_answered"  # response_id
