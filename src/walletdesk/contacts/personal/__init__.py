"""Personal data of customers: sealed under a key of each contact, shown masked (ADR 0020)."""
