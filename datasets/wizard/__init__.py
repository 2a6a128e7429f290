"""A file becomes a dataset, step by step."""
