"""Counts what is used of the portal, whatever the protocol: a table of views, a middleware, a thread that writes.

The application ``usage`` holds the figures and knows nothing of requests (docs/usage.md).
"""
