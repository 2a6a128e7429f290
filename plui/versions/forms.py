"""Forms of the pages of plans: a package to read, findings to accept, the first day of a version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from interface.forms import add_input_classes, typed_number
from plui.loading.services.findings import REASON_MAX


class _PlanForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)


class TypedNumberField(forms.FloatField):
    """A number as people type it: spaces between thousands, a comma or a point."""

    def to_python(self, value: Any) -> float | None:
        """Read the digits."""
        number: float | None = super().to_python(typed_number(value))
        return number


class PackageForm(_PlanForm):
    """A package with what people call it."""

    file = forms.FileField(label=_("Paquet (zip)"), widget=forms.FileInput(attrs={"accept": ".zip"}))
    title = forms.CharField(
        label=_("Titre"),
        required=False,
        max_length=160,
        help_text=_("Sans titre : la procédure et sa date, d’après DOC_URBA."),
    )
    purpose = forms.CharField(
        label=_("Objet de la procédure"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    package = forms.CharField(
        label=_("Dossier à lire"),
        required=False,
        max_length=120,
        help_text=_("Seulement si l’archive contient plusieurs documents."),
    )


class AcceptanceForm(_PlanForm):
    """Findings to accept: one (``key``), or all open ones of a code, of a size at most, with the reason."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    code = forms.CharField(label=_("Code"), required=False, max_length=80)
    most = TypedNumberField(
        label=_("Taille, au plus (m² ou m)"), required=False, min_value=0, widget=forms.TextInput
    )
    reason = forms.CharField(
        label=_("Motif"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


class FirstDayForm(_PlanForm):
    """The first day of a version."""

    in_force_from = forms.DateField(
        label=_("En vigueur à partir du"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
