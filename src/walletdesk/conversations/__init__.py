"""The timeline: the only writer of conversations and their events."""
