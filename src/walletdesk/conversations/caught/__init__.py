"""Secrets that the guard caught: where, of what kind, and a keyed mark instead of the secret."""
