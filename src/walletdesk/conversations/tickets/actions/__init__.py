"""All writes to tickets."""
