"""Passwords: what makes a good one, changing it, choosing another by a link."""
