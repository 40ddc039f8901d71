"""All writes of security cases."""
