"""The reports that wait, on the home page of who handles them, and whether somebody does."""

from __future__ import annotations

from explorer.reports.queries import handling, waiting_counts
from explorer.vocabulary import ReportState
from interface.page_parts import PagePart
from layers.visitor import Visitor


def waiting_reports(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return how many reports wait for a visitor; None when none does."""
    if visitor.is_anonymous:
        return None
    counts = waiting_counts(handling(visitor))
    if not counts:
        return None
    return PagePart(
        "explorer/reports/waiting.html",
        {"new": counts.get(ReportState.NEW, 0), "in_progress": counts.get(ReportState.IN_PROGRESS, 0)},
    )
