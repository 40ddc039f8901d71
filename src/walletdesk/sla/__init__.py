"""Promises of time: calendars of business hours."""
