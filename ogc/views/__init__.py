"""Resources of the API, one module a kind."""
