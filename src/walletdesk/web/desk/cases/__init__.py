"""The desk's pages of security cases."""
