"""The help centre: articles for customers, rendered on the server, complete without scripts."""
