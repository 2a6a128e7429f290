"""Forms of publication: when something goes online and leaves, and the rules of a layer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from publication.errors import InvalidInstant
from publication.instants import TURNS, local_instant, turn_of
from publication.models import PublicationPolicy

START, END = "starts", "ends"


class PlanForm(forms.Form):
    """When a version goes online and when it is withdrawn: a day and an hour each, on the clock of the portal.

    ``cleaned_data`` holds ``starts_at`` and ``ends_at`` in UTC, None where nothing is written. Without ``has_start``
    the end alone is asked.
    """

    starts_day = forms.DateField(
        label=gettext_lazy("Mise en ligne le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    starts_time = forms.TimeField(
        label=gettext_lazy("à"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Heure de Paris. Vide : minuit."),
    )
    starts_turn = forms.ChoiceField(
        label=gettext_lazy("Laquelle des deux"), required=False, choices=[("", "—"), *TURNS]
    )
    ends_day = forms.DateField(
        label=gettext_lazy("Retrait le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_time = forms.TimeField(
        label=gettext_lazy("à"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Heure de Paris. Vide : minuit."),
    )
    ends_turn = forms.ChoiceField(
        label=gettext_lazy("Laquelle des deux"), required=False, choices=[("", "—"), *TURNS]
    )

    def __init__(self, *args: Any, has_start: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_start:
            for name in ("day", "time", "turn"):
                del self.fields[f"{START}_{name}"]
        add_input_classes(self)

    @property
    def asks_turns(self) -> set[str]:
        """The ends of the plan whose hour exists twice: their list of two is shown."""
        return {
            end
            for end in (START, END)
            if f"{end}_turn" in self.fields and (f"{end}_turn" in self.errors or self[f"{end}_turn"].value())
        }

    def clean(self) -> dict[str, Any]:
        """Make instants of days and hours."""
        cleaned = super().clean() or {}
        for end in (START, END):
            cleaned[f"{end}_at"] = self._instant(cleaned, end)
        return cleaned

    def _instant(self, cleaned: dict[str, Any], end: str) -> dt.datetime | None:
        day, time = cleaned.get(f"{end}_day"), cleaned.get(f"{end}_time")
        if day is None:
            if time is not None and f"{end}_day" not in self.errors:
                self.add_error(f"{end}_day", _("Donnez aussi le jour."))
            return None
        turn = cleaned.get(f"{end}_turn", "")
        try:
            return local_instant(day, time or dt.time(), turn=turn, parameter=f"{end}_at")
        except InvalidInstant as error:
            name = "turn" if error.is_ambiguous else "time"
            self.add_error(f"{end}_{name}", error.detail)
            return None


def plan_values(*, starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> dict[str, Any]:
    """Return instants as the initial values of ``PlanForm``."""
    values: dict[str, Any] = {}
    for end, at in ((START, starts_at), (END, ends_at)):
        if at is not None:
            local = timezone.localtime(at, timezone.get_default_timezone())
            values |= {f"{end}_day": local.date(), f"{end}_time": local.time(), f"{end}_turn": turn_of(at)}
    return values


class PolicyForm(forms.ModelForm[PublicationPolicy]):
    """How the versions of a layer go online."""

    class Meta:
        model = PublicationPolicy
        fields = ["producers_approve", "is_automatic", "most_lost_rows", "most_extent_shift", "reminder_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)
