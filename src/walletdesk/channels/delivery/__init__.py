"""The delivery ledger: what became of everything that left, on any channel."""
