"""Customers, and the sessions by which they are recognised."""
