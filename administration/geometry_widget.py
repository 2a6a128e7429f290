"""A geometry in a form: a text anybody can type, and a map that writes it.

Django's own map widget loads its library from elsewhere and configures it with an inline script; both are refused by
the portal's content security policy. Here the text area is the field, and a custom element draws beside it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import shapely
from django.contrib.gis import forms
from django.contrib.gis.db.models import Extent
from django.contrib.gis.forms.widgets import BaseGeometryWidget
from django.contrib.gis.gdal import GDALException, OGRGeomType
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiLineString, MultiPoint, MultiPolygon
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.forms import Script, Widget
from django.utils.translation import gettext_lazy as _
from shapely.errors import ShapelyError

from layers.models import Commune
from layers.parsing.geometry import MAX_NESTING, nesting

# The ground of the map: boundaries of the communes, from the portal's own tiles (x, y, z in the order of XYZ).
GROUND_TILES = "/tiles/communes/{z}/{x}/{y}.mvt"
# Under them: water, woods, axes and names around, without features where the portal has no backdrop.
BACKDROP = "/tiles/fonds/portail.geojson"
_UNREADABLE = (GEOSException, ShapelyError, GDALException, SuspiciousOperation, ValueError, TypeError)
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]*")
_MULTI = {"MULTIPOINT": MultiPoint, "MULTILINESTRING": MultiLineString, "MULTIPOLYGON": MultiPolygon}


class GeometryWidget(BaseGeometryWidget):
    """A text area holding GeoJSON (WKT is read too), and a map to draw, move and delete what it says.

    Coordinates are longitude, latitude in degrees (EPSG:4326).
    """

    template_name = "administration/geometry_widget/widget.html"
    map_srid = 4326

    class Media:
        css = {"all": ["administration/geometry_widget/widget.css"]}
        js = ["vendor/ol/ol.js", Script("administration/geometry_widget/widget.js", type="module")]

    def serialize(self, value: Any) -> str:
        """Write GeoJSON whose numbers read back as the very same ones."""
        return json.dumps({"type": value.geom_type, "coordinates": value.coords}) if value else ""

    def deserialize(self, value: str) -> GEOSGeometry | None:
        """Read GeoJSON or WKT; None when the text is neither.

        By Django, GDAL would parse GeoJSON, and texts nested without end would end the process.
        """
        text = value.strip()
        if nesting(text) > MAX_NESTING or _HEXADECIMAL.fullmatch(text):
            return None
        try:
            if text.startswith("{"):
                return GEOSGeometry(
                    memoryview(shapely.to_wkb(shapely.from_geojson(text))), srid=self.map_srid
                )
            return GEOSGeometry(text)
        except _UNREADABLE:
            return None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template the text and the map's configuration.

        A text that was refused is shown again as it was typed: Django's own widget would drop it.
        """
        context: dict[str, Any] = Widget.get_context(self, name, value, attrs)
        context["widget"]["attrs"].pop("class", None)  # the template has its own
        return context | {
            "serialized": value if isinstance(value, str) else self.serialize(value),
            "geom_type": OGRGeomType(self.attrs["geom_type"]).name,
            "ground": GROUND_TILES,
            "backdrop": BACKDROP,
            "territory": json.dumps(Commune.objects.aggregate(extent=Extent("geom"))["extent"]),
        }


class ValidGeometryField(forms.GeometryField):
    """A geometry that is valid, flat, on Earth, and of the kind asked: a single part becomes a collection of one."""

    widget = GeometryWidget
    default_error_messages = {
        "required": _("Donnez une position : dessinez-la sur la carte ou écrivez-la."),
        "invalid_geom": _("Ce texte n’est ni du GeoJSON ni du WKT."),
        "invalid_geom_type": _("Ce n’est pas le type de géométrie attendu."),
    }

    def to_python(self, value: Any) -> GEOSGeometry | None:
        """Read the text and check what PostGIS would refuse with less grace."""
        geometry: GEOSGeometry | None = super().to_python(value)
        if geometry is None:
            return None
        if geometry.hasz:
            raise ValidationError(_("La géométrie doit être en deux dimensions."), code="has_z")
        collection = _MULTI.get(self.geom_type)
        if collection and f"MULTI{geometry.geom_type.upper()}" == self.geom_type:
            geometry = collection(geometry, srid=geometry.srid)
        self._check_position(geometry)
        return geometry

    def _check_position(self, geometry: GEOSGeometry) -> None:
        if geometry.empty:
            raise ValidationError(_("La géométrie est vide."), code="empty")
        if geometry.srid != GeometryWidget.map_srid:
            raise ValidationError(_("Les coordonnées doivent être en degrés (EPSG:4326)."), code="srid")
        west, south, east, north = geometry.extent
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValidationError(
                _("Les coordonnées se donnent en degrés : longitude puis latitude."), code="out_of_range"
            )
        if not geometry.valid:
            raise ValidationError(
                _("La géométrie n’est pas valide (contour qui se croise ?) : %(reason)s"),
                code="invalid",
                params={"reason": geometry.valid_reason},
            )
