"""A file on its way to a version: kept, proposed, loaded."""
