"""The legend on the map and on paper: symbols as drawn, counts under what is asked."""
