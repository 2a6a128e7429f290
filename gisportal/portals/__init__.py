"""Hostnames: the whole territory, or the portal of one commune."""
