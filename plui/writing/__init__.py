"""Packages written from what is online: tables, metadata record and written pieces, in the tree of the standard."""
