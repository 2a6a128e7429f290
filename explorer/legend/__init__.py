"""The legend on the map and on paper: symbols as drawn, counts under the question."""
