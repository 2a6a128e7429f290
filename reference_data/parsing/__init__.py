"""Files in the official layouts of reference data."""
