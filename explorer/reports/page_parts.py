"""The reports that wait, on the home page of who handles them, and whether somebody does."""

from __future__ import annotations

from django.utils.translation import ngettext

from explorer.reports.queries import handling, waiting_counts
from explorer.vocabulary import ReportState
from interface.page_parts import PagePart
from interface.wording import number
from layers.visitor import Visitor


def waiting_reports(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return how many reports wait for a visitor; None when none does."""
    if visitor.is_anonymous:
        return None
    counts = waiting_counts(handling(visitor))
    if not counts:
        return None
    new, begun = counts.get(ReportState.NEW, 0), counts.get(ReportState.IN_PROGRESS, 0)
    told = [
        ngettext("%(shown)s nouveau", "%(shown)s nouveaux", new) % {"shown": number(new)} if new else "",
        ngettext("%(shown)s en cours", "%(shown)s en cours", begun) % {"shown": number(begun)}
        if begun
        else "",
    ]
    return PagePart("explorer/reports/waiting.html", {"told": ", ".join(filter(None, told))})
