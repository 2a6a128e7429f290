"""Addresses of the tools of planners, and the page that lists them."""
