"""The schema of a dataset in a page: a layer made from nothing, and later changes as migrations shown before."""
