"""What an import found, line by line, errors first."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from datasets.models import Delivery
from datasets.models.dataset import ReportLine

PAGE_LINES = 50


def findings_of(delivery: Delivery) -> Iterator[ReportLine]:
    """Yield every finding that is kept of a delivery."""
    return _lines(delivery).iterator()


def findings_page(delivery: Delivery, asked: str) -> Page[ReportLine]:
    """Return a page of the findings; a number that is not one gives the first, one too large the last."""
    return Paginator(_lines(delivery), PAGE_LINES).get_page(asked)


def _lines(delivery: Delivery) -> QuerySet[ReportLine]:
    return ReportLine.objects.filter(delivery=delivery).order_by("severity", "pk")
