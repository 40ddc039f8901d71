"""Signing in, second factors and invitations: pages without a desk around them."""
