"""Escalation: levels above the agent, what leads there, and who was told what and when."""
