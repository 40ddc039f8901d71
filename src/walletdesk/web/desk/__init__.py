"""The desk: what members of staff see and do."""
