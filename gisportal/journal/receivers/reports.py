"""Who follows and answers the reports of problems: states and layer, never the words of anybody."""

from __future__ import annotations

from typing import Any

from explorer.models import FeatureReport
from explorer.reports.services import report_followed
from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event


def connect() -> None:
    """Listen to the reports."""
    report_followed.connect(_followed, dispatch_uid="journal")


def _followed(report: FeatureReport, before: str, is_answered: bool, **_signal: Any) -> None:
    record(
        Event.REPORT,
        subject=f"report {report.pk}",
        layer=report.layer,
        before={"state": before},
        after={"state": report.state},
        answered=is_answered,
    )
