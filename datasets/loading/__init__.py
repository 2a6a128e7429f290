"""Raw rows become a checked table of their own."""
