"""Who gets which conversation: skills, presence, capacity, offers, and the wait that is told."""
