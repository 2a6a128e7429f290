"""Addresses of the portal that the datasets come from, served for good: harvesters and reuses know them (ADR 0081)."""
