"""The form of a row: the inputs of its fields, its geometry as GeoJSON, and what the page read of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _

from explorer.editing.forms import EntryForm, feature_inputs
from layers.access import Scope
from layers.crs import CRS84
from layers.errors import InvalidFeature, LayersError
from layers.parsing.feature import parse_patch

# No published name holds a hyphen.
EVENT, GEOMETRY = "row-event", "row-geometry"


class RowForm(EntryForm):
    """Values of a row to write; ``geometry`` is the one drawn, in degrees (EPSG:4326), None where none was sent."""

    geometry: GEOSGeometry | None = None

    def __init__(self, *args: Any, scope: Scope, has_geometry: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = scope.definition.geometry
        self.fields[EVENT] = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
        if has_geometry:
            self.fields[GEOMETRY] = forms.CharField(
                label=_("Coordonnées (GeoJSON)"),
                widget=forms.Textarea(attrs={"rows": 3, "class": "input", "spellcheck": "false"}),
            )
            self.fields[GEOMETRY].error_messages["required"] = _(
                "Donnez une position : placez-la sur la carte, ou écrivez ses coordonnées."
            )

    @property
    def event(self) -> int:
        """The last event of the row that the page knew of."""
        return self.cleaned_data.get(EVENT) or 0

    def clean(self) -> dict[str, Any]:
        """Read the geometry as the API does."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        text = values.get(GEOMETRY)
        if text:
            try:
                body = json.dumps({"geometry": json.loads(text)}).encode()
                self.geometry = parse_patch(body, {}, kind=self.kind, crs=CRS84).geometry
            except ValueError:
                self.add_error(GEOMETRY, _("Ce texte n’est pas du GeoJSON."))
            except RecursionError:
                self.add_error(GEOMETRY, _("Ce texte n’est pas du GeoJSON."))
            except LayersError as error:
                self.add_error(GEOMETRY, error.detail)
        return values

    def refuse(self, error: InvalidFeature) -> None:
        """Show why the service refused, beside the inputs that it names."""
        faults = dict(error.faults or {error.parameter: error.detail})
        if "geometry" in faults and GEOMETRY in self.fields:
            self.add_error(GEOMETRY, faults.pop("geometry"))
        for name, reason in faults.items():
            self.add_error(name if name in self.names else None, reason)


def row_inputs(scope: Scope) -> dict[str, forms.Field]:
    """Return the inputs of a row; a yes or no is chosen in a list, since a box says nothing when it is not sent."""
    return {name: _listed(field) for name, field in feature_inputs(scope).items()}


def _listed(field: forms.Field) -> forms.Field:
    if not isinstance(field, forms.BooleanField) or isinstance(field, forms.NullBooleanField):
        return field
    return forms.TypedChoiceField(
        label=field.label,
        help_text=field.help_text,
        choices=[("true", _("Oui")), ("false", _("Non"))],
        coerce=lambda text: text == "true",
    )


def raw_text(field: forms.Field, value: Any) -> str:
    """Write a stored value as its input holds it."""
    if isinstance(field, forms.TypedChoiceField) and isinstance(value, bool):
        return str(value).lower()
    prepared = field.prepare_value(value)
    if isinstance(field.widget, forms.NullBooleanSelect):
        return {True: "true", False: "false"}.get(value, "unknown")
    if isinstance(field.widget, forms.Select):
        return "" if prepared is None else str(prepared)
    text = field.widget.format_value(prepared)
    return "" if text is None else str(text)


def geometry_text(geometry: Any) -> str:
    """Write a geometry as GeoJSON whose numbers read back as the very same ones; empty without a geometry."""
    if geometry is None:
        return ""
    return json.dumps({"type": geometry.geom_type, "coordinates": geometry.coords})


def posted_form(scope: Scope, data: Any) -> RowForm:
    """Return the form of the fields that a request sends, and no other.

    Raises:
        InvalidFeature: it names a field that the visitor does not write.
    """
    inputs = row_inputs(scope)
    names = [name for name in data if "-" not in name and name != "csrfmiddlewaretoken"]
    for name in names:
        if name not in inputs:
            raise InvalidFeature(_("« %s » ne se saisit pas ici.") % name[:60], parameter=name[:60])
    chosen = {name: field for name, field in inputs.items() if name in names}
    has_geometry = GEOMETRY in data and scope.definition.geometry.is_located
    return RowForm(data, inputs=chosen, scope=scope, has_geometry=has_geometry, auto_id="ligne_%s")


def whole_form(scope: Scope, data: Any = None, initial: Mapping[str, Any] | None = None) -> RowForm:
    """Return the form of every field of a row, with its geometry."""
    return RowForm(
        data,
        inputs=row_inputs(scope),
        initial=dict(initial or {}),
        scope=scope,
        has_geometry=scope.definition.geometry.is_located,
        auto_id="ligne_%s",
    )
