"""Writes of flows: `turns` runs them in conversations, `editing` is the desk's."""
