"""Attacks on a running server, bounded in number and time, on loopback; what light readers feel meanwhile has bounds.

An attack is a module with a function and a row in ``registry.ATTACKS``.
"""
