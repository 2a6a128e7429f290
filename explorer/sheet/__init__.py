"""The sheet of a feature."""
