"""Flows: what the bot asks in several steps, as data. `rules` walks them, `actions` keeps them."""
