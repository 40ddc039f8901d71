"""All writes of outgoing mail."""
