"""The map inside the pages of other sites: open data, the same for every reader."""
