"""What a delivery changes of what is online, kept with the delivery."""

from __future__ import annotations

from datasets.models import Delivery


def write_comparison(delivery: Delivery, online: Delivery) -> None:
    """Compare two deliveries of a dataset and keep the answer in ``delivery.comparison``."""
    delivery.comparison = {"against": online.number}
