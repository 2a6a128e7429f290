"""Dashboards that wait for another person than who wrote them (the setting ``PUBLICATION_REVIEWED_PRODUCERS``)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from dashboards import access
from interface.waiting import WaitingRow
from layers.visitor import Visitor
from publication.models import Submission
from publication.vocabulary import SubjectKind, SubmissionState
from publication.waiting import submission_row

_MOST = 100


def waiting_dashboards(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the dashboards that a visitor may approve, the oldest first, a hundred at most; one statement."""
    if visitor.is_anonymous:
        return
    submitted = Submission.objects.filter(kind=SubjectKind.DASHBOARD, state=SubmissionState.SUBMITTED)
    rows = submitted.filter(dashboard__in=access.editable(visitor).values("pk"))
    other_rows = rows.exclude(submitted_by=visitor.user_id) if visitor.user_id is not None else rows
    for row in other_rows.select_related("dashboard", "submitted_by").order_by("submitted_at", "pk")[:_MOST]:
        dashboard = row.dashboard
        if dashboard is not None:
            address = reverse("dashboards:publish", args=[dashboard.slug])
            yield submission_row(row, title=dashboard.title, address=address)
