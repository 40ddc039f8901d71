"""What every room may use: clock, ids, errors, crypto, jobs, the live edge."""
