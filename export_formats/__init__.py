"""Exports: every row of a selection in a file, in eleven formats, and that of a national schema.

The package imports none of its modules: the processes that write files import ``writers`` alone, without the portal.
"""
