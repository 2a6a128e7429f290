"""Renderers: the ORM says what, PostgreSQL says how it looks, and bytes are passed on."""
