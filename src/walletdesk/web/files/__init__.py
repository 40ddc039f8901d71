"""Files of conversations: taken in, kept in the store, and served. Widget and desk share this."""
