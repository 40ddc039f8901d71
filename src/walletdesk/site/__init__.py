"""The composition root: settings, addresses, wiring, processes and commands."""
