"""Exports: files written at once, or prepared by a worker and stored for who asked for them."""
