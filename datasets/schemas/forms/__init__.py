"""The forms of a schema."""
