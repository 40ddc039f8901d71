"""What every room needs and no room owns: clock, events, jobs, live edge, embedded PostgreSQL."""
