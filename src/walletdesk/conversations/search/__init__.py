"""Search of the desk: an index of its own over what stands in the timelines (ADR 0029)."""
