"""Telephone calls: one flow of our own, kept at every transition, with several drivers below it."""
