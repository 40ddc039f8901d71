"""The ticket form and its status pages: complete without scripts, better with them."""
