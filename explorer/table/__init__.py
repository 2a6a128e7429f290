"""The rows that answer, as a table and as statistics."""
