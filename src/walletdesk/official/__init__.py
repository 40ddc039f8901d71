"""What is official: a brand's registry, what only looks like it, known fakes."""
