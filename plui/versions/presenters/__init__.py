"""Versions of plans in words, tables and drawings: findings, changes, documents."""
