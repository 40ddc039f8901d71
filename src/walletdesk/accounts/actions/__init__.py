"""All writes to brands, people, their places and the audit trail."""
