"""Renderers: the ORM selects, PostgreSQL writes the bytes, which are passed on."""
