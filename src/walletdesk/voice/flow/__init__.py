"""The flow of a call: what is said and done at each event. Pure; kept at every transition."""
