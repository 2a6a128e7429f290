"""Writes: make a dataset, load a delivery, choose what is online, thin and drop."""

from datasets.services.catalogue import create_dataset, drop_dataset
from datasets.services.comparing import compare
from datasets.services.loading import load_delivery
from datasets.services.publishing import publish, restore
from datasets.services.thinning import clean_up, thin

__all__ = [
    "clean_up",
    "compare",
    "create_dataset",
    "drop_dataset",
    "load_delivery",
    "publish",
    "restore",
    "thin",
]
