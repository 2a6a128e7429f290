"""Receiving a report, in measure, and closing it."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from explorer.models import FeatureReport
from explorer.vocabulary import ReportCategory, ReportState
from layers.access import Scope
from layers.visitor import Visitor

WINDOW_S = 3_600
MOST_ANONYMOUS = 6
# Somebody signed in walks from one playground to the next.
MOST_SIGNED_IN = 60


def may_send(visitor: Visitor) -> bool:
    """Count an attempt and tell whether it may be received: so many an hour, by account or by network address."""
    most = MOST_SIGNED_IN if visitor.user_id else MOST_ANONYMOUS
    is_within_limit = import_string(settings.IS_WITHIN_LIMIT)
    return bool(is_within_limit(visitor.asker, policy="reports", quota=most, seconds=WINDOW_S))


def send_report(
    *, visitor: Visitor, scope: Scope, pk: int, category: ReportCategory, message: str, email: str
) -> FeatureReport:
    """Keep a report on a feature that ``scope`` gave."""
    return FeatureReport.objects.create(
        layer=scope.slug,
        feature=pk,
        category=category,
        message=message,
        email=email,
        author_id=visitor.user_id,
    )


def follow_report(report: FeatureReport, *, state: ReportState) -> None:
    """Say how far a report is; closing it forgets the address that was given to answer."""
    report.state = state
    if state == ReportState.CLOSED:
        report.email = ""
    report.save(update_fields=["state", "email", "updated_at"])
