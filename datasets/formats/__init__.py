"""Renderers of the datasets: rows of a version and findings of a delivery, as CSV."""
