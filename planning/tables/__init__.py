"""Tables of the tools of planners: rows of layers as SQL, and their files."""
