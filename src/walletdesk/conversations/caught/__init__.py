"""Secrets that the guard caught: where and of what kind, with a keyed mark instead of the secret."""
