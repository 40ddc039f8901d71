"""Articles in several languages, and the search that finds the right one."""
