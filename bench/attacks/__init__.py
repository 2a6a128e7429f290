"""Attacks on the running site, bounded and on loopback: what they ask for, and what the site must answer."""
