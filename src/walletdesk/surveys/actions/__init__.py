"""All writes of this room: settings, asking, answering, following up, grouping."""
