"""Reserved plots with their beneficiary, their area and their parcels."""
