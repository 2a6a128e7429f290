"""Figures of zones by type, label and commune: areas, built share, parcels."""
