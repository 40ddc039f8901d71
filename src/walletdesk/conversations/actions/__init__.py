"""All writes to conversations, one module per actor."""
