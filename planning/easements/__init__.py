"""Public easements of a place: packages of the standard CNIG SUP, their acts, and where these are read."""
