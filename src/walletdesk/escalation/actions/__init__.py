"""All writes of escalation: levels, going up and down, the same matter again."""
