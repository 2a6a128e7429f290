"""Dashboards over a million rows: what a page, a change of commune, a PDF and fifty readers take."""
