"""Ways on which customers reach the desk: the inboxes of a brand."""
