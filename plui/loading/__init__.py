"""Versions of plans: a package is staged, its findings accepted, then it goes online or is undone."""
