"""Whether an agent and a link in a conversation are real: codes of agents, reported links."""
