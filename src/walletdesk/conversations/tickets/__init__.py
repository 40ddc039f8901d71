"""Tickets of the form: which fields a topic asks for, the number, the secret status page."""
