"""What the pages of all audiences share: texts of the thread, colours of a brand."""
