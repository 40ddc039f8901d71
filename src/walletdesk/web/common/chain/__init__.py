"""Chips of what messages name, the picture of the money's way, the evidence: for chat and desk."""
