"""Probes of the machine itself, asked by address and without a database."""

PROBES = ("/healthz", "/readyz")
