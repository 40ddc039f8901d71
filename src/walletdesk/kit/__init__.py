"""Building blocks that know nothing of support desks."""
