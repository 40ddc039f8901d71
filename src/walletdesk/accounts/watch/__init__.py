"""Watches the audit trail: odd behaviour raises an alarm, more of it locks a person out."""
