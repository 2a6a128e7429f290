"""A new dashboard: from nothing, from a model, from another one, from a file."""
