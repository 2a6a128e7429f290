"""Reads of the sheet, all from the scopes of who asks: the place, and what applies there."""
