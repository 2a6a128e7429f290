"""The address of the map: its content, and the query of each layer."""
