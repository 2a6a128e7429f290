"""Parcels inside the right of pre-emption."""
