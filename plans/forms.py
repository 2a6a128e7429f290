"""Tables of the administration that tell which line is twice, before the database refuses them all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from administration.forms import BoundedFormSet
from plans.models import Axis
from plans.vocabulary import MilestoneKind


class _Lines(BoundedFormSet):
    """Lines of a table, those that stay and could be read."""

    def remaining_forms(self) -> list[Any]:
        """Return the forms of the lines that are kept."""
        return [
            form
            for form in self.forms
            if not form.errors and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


class MeasureLines(_Lines):
    """Measures: one a year, commune and source."""

    def clean(self) -> None:
        """Name the second line of a year."""
        super().clean()
        used: set[tuple[Any, ...]] = set()
        for form in self.remaining_forms():
            key = tuple(form.cleaned_data.get(name) for name in ("annee", "commune", "source"))
            if key in used:
                form.add_error("annee", _("L’année %d a déjà une mesure.") % key[0])
            used.add(key)


class MilestoneLines(_Lines):
    """Points of a trajectory: one reference, one final target."""

    def clean(self) -> None:
        """Name the second reference or final target."""
        super().clean()
        used: set[str] = set()
        for form in self.remaining_forms():
            kind = form.cleaned_data["nature"]
            if kind in used and kind != MilestoneKind.INTERMEDIATE:
                form.add_error("nature", _("Un indicateur a une référence et un objectif final."))
            used.add(kind)


class AxisLines(_Lines):
    """Axes of a plan: a tree once all the lines are saved."""

    def clean(self) -> None:
        """Name the lines that are under themselves by way of each other."""
        super().clean()
        lines = self.remaining_forms()
        above = {form.instance.pk: form.cleaned_data.get("parent") for form in lines if form.instance.pk}
        for form in lines:
            if form.instance.pk and _is_under_itself(form.instance.pk, above):
                form.add_error("parent", ValidationError(_("Cet axe serait au-dessous de lui-même.")))


def _is_under_itself(axis: int, above: dict[int, Axis | None]) -> bool:
    visited: set[int] = set()
    parent = above.get(axis)
    while parent is not None and parent.pk not in visited:
        if parent.pk == axis:
            return True
        visited.add(parent.pk)
        parent = above.get(parent.pk)
    return False
