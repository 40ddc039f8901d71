"""Surveys: who is asked, what is answered, what it shows."""
