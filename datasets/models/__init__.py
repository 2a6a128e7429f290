"""Datasets, the versions of their schema, and their deliveries."""

from datasets.models.dataset import Dataset, Delivery, SchemaVersion

__all__ = ["Dataset", "Delivery", "SchemaVersion"]
