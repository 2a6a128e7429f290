"""Inventories of buildings and trees on paper: the sheet of each, and all of them as one document."""
