"""Proof before switch-on: the bot runs over past conversations, and nothing is written to them."""
