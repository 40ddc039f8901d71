"""What helps an agent to answer: similar solved conversations, a summary, and rewritten drafts."""
