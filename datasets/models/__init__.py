"""Datasets, the versions of their schema, their deliveries, and the files that wait in the wizard."""

from datasets.models.dataset import Dataset, Delivery, ReportLine, SchemaVersion
from datasets.models.upload import Upload

__all__ = ["Dataset", "Delivery", "ReportLine", "SchemaVersion", "Upload"]
