"""The forms of a restoration: the moment, then the reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

from interface.forms import add_input_classes

MAX_REASON, LEAST_REASON = 300, 5


class MomentForm(forms.Form):
    """The instant to go back to; ISO 8601 to the microsecond, or a day and a time of the portal."""

    at = forms.DateTimeField(
        label=_("Jour et heure"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={
            "required": _("Choisissez le jour et l’heure."),
            "invalid": _("Ce jour et cette heure ne se lisent pas : écrivez-les comme 31/12/2026 14:05."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "moment_%s", **kwargs})
        add_input_classes(self)


class RestorationForm(forms.Form):
    """The confirmation of a preview: its instant, the last event of the history when it was read, and the reason."""

    at = forms.DateTimeField(widget=forms.HiddenInput)
    last = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Pourquoi ?"),
        max_length=MAX_REASON,
        validators=[MinLengthValidator(LEAST_REASON)],
        help_text=_("Une phrase, que l’historique de chaque ligne gardera."),
        error_messages={"required": _("Dites pourquoi : l’historique le gardera.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "retablissement_%s", **kwargs})
        add_input_classes(self)
