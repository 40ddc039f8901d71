"""What is official: the registry of a brand, the judging of what only looks like it, known fakes."""
