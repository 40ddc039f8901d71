"""All writes of personal data, and the one action that opens it for staff."""
