"""Commands of road works."""
