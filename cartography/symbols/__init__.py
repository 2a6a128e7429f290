"""Symbols as few choices, for people who compose none: read from a symbol, written as one."""
