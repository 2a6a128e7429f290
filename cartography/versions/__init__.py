"""Versions of a style: published, listed, compared, brought back."""
