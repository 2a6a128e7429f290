"""Files, and the pages of those that a worker prepares."""
