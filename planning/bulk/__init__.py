"""The sheet of a whole list of parcels at once, as a table or on paper, written by the worker."""
