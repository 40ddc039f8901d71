"""The desk's pages of complaints."""
