"""The form of a decision: what to do, when, why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from publication.forms import PlanForm
from publication.models import REASON_MAX

PROPOSED_HOUR = 8
APPROVALS = frozenset({"publish", "proposed", "plan"})
"""Publish now, at the proposed instant, at another one."""
ACTIONS = (*sorted(APPROVALS), "send-back", "submit", "cancel", "move", "resume")
"""The others: send back; bring to approval; take back; change the instants; review again what was decided."""


def proposed_start(now: dt.datetime) -> dt.datetime:
    """Return the instant that a review proposes: the next Monday at 8 h on the clock of the portal, after ``now``."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    monday = local.date() + dt.timedelta(days=(7 - local.weekday()) % 7)
    at = dt.time(PROPOSED_HOUR)
    starts = (
        dt.datetime.combine(monday + dt.timedelta(days=days), at, tzinfo=local.tzinfo) for days in (0, 7)
    )
    return next(start for start in starts if start > local)


class DecisionForm(PlanForm):
    """What somebody decides of a version: the arguments of ``publication.review.services.decide``."""

    action = forms.ChoiceField(choices=[(name, name) for name in ACTIONS])
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=gettext_lazy("Un mot pour qui approuve"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="decision-%s", **kwargs)
        self.now = now
        add_input_classes(self)

    def clean(self) -> dict[str, Any]:
        """Return what is decided; a plan takes its instant, and the proposed one is that of now."""
        values = super().clean()
        action, starts_at = values.get("action", ""), values["starts_at"]
        if action == "plan" and starts_at is None and "starts_day" not in self.errors:
            self.add_error("starts_day", _("Choisissez le jour et l’heure de la mise en ligne."))
        if action == "proposed":
            starts_at = proposed_start(self.now)
        return {
            "action": action,
            "starts_at": None if action == "publish" else starts_at,
            "ends_at": values["ends_at"],
            "reason": values.get("reason", ""),
            "note": values.get("note", ""),
        }
