"""What waits: the first page of management."""
