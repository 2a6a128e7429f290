"""The question that the map asks, as people say it: words become parameters of the map."""
