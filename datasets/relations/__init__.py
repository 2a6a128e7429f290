"""Rows that belong to features of another layer: listed on their sheets, and no feature is deleted before its rows."""
