"""Feeds of what is new in the catalogue: RSS 2.0 and Atom (RFC 4287)."""
