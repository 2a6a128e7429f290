"""What a new version changes of the one online: rows and schema."""
