"""Documents that describe tiles."""
