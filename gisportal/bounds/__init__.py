"""One list of bounds: what a request may carry, ask, last and hold at each address of the site (ADR 0052).

A row names routes: those of machines are in ``machine_rows``, those of people in ``page_rows``. The middleware holds
every request to its row before its view, its form and Django's check of forms are read. What a parser bounds by itself
(``items``) is told by the parser's own constant. ``tests/unit/gisportal/test_bounds_table.py`` refuses a route without
a row and a row without a route. Published files are sent before any view is looked for: the bounds of heads
(``gisportal.server.protocol``) are theirs.
"""
