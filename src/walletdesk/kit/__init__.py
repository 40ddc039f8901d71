"""What every room needs and no room owns: clock, ids, errors, events, jobs, the live edge, embedded PostgreSQL."""
