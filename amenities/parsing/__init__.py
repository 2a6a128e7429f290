"""Text of charge point files to values."""
