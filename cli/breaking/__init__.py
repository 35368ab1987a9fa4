"""What `packshot chaos` is made of: load, faults on a schedule, and the proof that nothing was lost."""
