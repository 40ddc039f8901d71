"""Surveys on the desk: what the answers say, and the follow-ups of low ones."""
