"""Shared by every page: the design system, the wording of values, the map. It imports no page and no protocol."""
