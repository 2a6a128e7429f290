"""The map inside the pages of other sites: what is open to all, whoever looks."""
