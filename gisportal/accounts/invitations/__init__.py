"""Invitations: an account without password, whose owner chooses one by a link."""
