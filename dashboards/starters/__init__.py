"""Ready sections of a layer, from which a dashboard starts."""
