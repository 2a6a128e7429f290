"""Writes: make a dataset, load a delivery, choose what is online, thin and drop."""

from datasets.services.catalogue import create_dataset, drop_dataset
from datasets.services.loading import load_delivery
from datasets.services.publishing import publish, restore

__all__ = ["create_dataset", "drop_dataset", "load_delivery", "publish", "restore"]
