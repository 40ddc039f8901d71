"""Facts that other rooms may be wired to, past tense. Payloads hold ids and codes only."""

COMPLAINT_OPENED = "complaint_opened"  # complaint_id
COMPLAINT_CLOSED = "complaint_closed"  # complaint_id, outcome
COMPLAINT_DEADLINE_NEAR = "complaint_deadline_near"  # complaint_id, step
COMPLAINT_DEADLINE_MISSED = "complaint_deadline_missed"  # complaint_id, step
