"""The chat for customers: the page for the iframe, its loader, and the interface it speaks to."""
