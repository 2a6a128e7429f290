"""Orders of exports: made, found again, written by a worker, cleaned."""
