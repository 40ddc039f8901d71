"""Complaints: steps with legal limits, letters, an investigation by others, the statistics."""
