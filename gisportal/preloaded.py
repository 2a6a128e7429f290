"""Imported once by the fork server (``deploy/serve.py``): the portal, whose memory its processes share.

The fork server has one thread and no connection; nothing here reads the database.
"""

import gc

import gisportal.asgi  # noqa: F401  (which sets Django up)
from gisportal.warm_up import compile_pages, make_first_chart

compile_pages()
make_first_chart()
gc.collect()
# The garbage collector writes in each object that it visits, and what is written is shared no longer.
gc.freeze()
