"""What helps an agent to answer, in the panel beside a conversation."""
