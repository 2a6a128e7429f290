"""Statements of this application's own table."""
