"""Requests of every encoding become values of ``wfs.requests``."""
