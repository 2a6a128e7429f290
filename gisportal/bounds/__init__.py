"""One list of bounds: what a request may carry, ask, last and hold at each address of the site (ADR 0052).

A row names routes: those of machines are in ``machine_rows``, those of people in ``page_rows``. The middleware
applies the row before the view, the form and Django's check of forms. The bounds of parsers (``items``) are the
parsers' own constants. ``tests/unit/gisportal/test_bounds_table.py`` refuses a route without a row and a row without
a route. Static files are sent before the routing: they have the bounds of heads (``gisportal.server.protocol``).
"""
