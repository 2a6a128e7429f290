"""Between the counters and the tables: only here are layers and dashboards both known."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from dashboards.models import Dashboard
from usage.services import Published, Use, add_uses, review_contents, sum_up


def write_uses(counts: Mapping[Use, int]) -> int:
    """Add counts to those of their day."""
    asked = {use.dashboard for use in counts if use.dashboard}
    titles = Dashboard.objects.filter(slug__in=asked, published__isnull=False).values_list("slug", "title")
    return add_uses(counts, dict(titles) if asked else {})


def review() -> None:
    """Sum up old days, and write what is published with how much it is used: the work of a night."""
    today = timezone.localdate()
    sum_up(today=today, months=settings.USAGE_DAYS_MONTHS)
    published = Dashboard.objects.filter(published__isnull=False).values_list(
        "slug", "title", F("published__published_at__date")
    )
    review_contents(today=today, dashboards=[Published(*row) for row in published])
