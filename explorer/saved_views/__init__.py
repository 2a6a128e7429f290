"""Views of the map that a person saves."""
