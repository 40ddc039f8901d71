"""All writes of complaints."""
