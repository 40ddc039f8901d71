"""All writes to the index. Its content comes from the timelines and from nowhere else."""
