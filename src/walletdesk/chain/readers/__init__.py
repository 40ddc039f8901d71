"""Readers, one per family: they ask nodes and record facts, also what could not be known."""
