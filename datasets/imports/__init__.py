"""A file on its way to a version: stored, proposed, loaded."""
