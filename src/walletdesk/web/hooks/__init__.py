"""What other systems post to us."""
