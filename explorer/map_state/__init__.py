"""The address of the map: what it holds, and what it asks of each layer."""
