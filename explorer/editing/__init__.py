"""Entering the records of features, one by one or from a file, by who edits them."""
