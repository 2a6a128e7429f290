"""Signing in by a page: a name or an e-mail address, and a password."""
