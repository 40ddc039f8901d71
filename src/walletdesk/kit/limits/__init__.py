"""Limits that hold across all processes: one counter row a key and window."""
