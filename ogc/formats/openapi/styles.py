"""The styles of a layer in the OpenAPI document: their list, the documents, the legend, the pictures of MapLibre."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from interface.http.media_types import HTML, JSON, MAPBOX_STYLE, PNG, QML, SLD_1_0, SLD_1_1, SVG
from layers.access import Scope
from ogc.formats.openapi import operation, parameters
from styles.glyphs import FONT, RANGE
from styles.styled_layers import STYLE_NAME

Document = dict[str, Any]
_OBJECT: Document = {"schema": {"type": "object"}}
_TEXT: Document = {"schema": {"type": "string"}}
_BINARY: Document = {"schema": {"type": "string", "format": "binary"}}
_GLYPHS = "application/x-protobuf"
_SPRITES = (".json", ".png", "@2x.json", "@2x.png")


def style_paths(scope: Scope) -> Document:
    """Return the paths of the styles of a layer; a table has a list that is empty."""
    slug, base = scope.slug, f"/collections/{scope.slug}/styles"
    listed = {JSON: _OBJECT, HTML: _TEXT}
    paths = {base: operation(f"{slug}.styles", slug, _("Styles"), [parameters.forms("json", "html")], listed)}
    if not scope.definition.geometry.is_located:
        return paths
    name = parameters.parameter(
        "styleId", {"type": "string", "enum": [STYLE_NAME]}, _("Style."), place="path"
    )
    of_style = {MAPBOX_STYLE: _OBJECT, SLD_1_1: _TEXT, SLD_1_0: _TEXT, QML: _TEXT}
    forms = parameters.forms("mapbox", "sld11", "sld10", "qml")
    pictures = parameters.forms("svg", "png")
    part = {"type": "string", "enum": list(_SPRITES)}
    asked = parameters.parameter(
        "form", part, _("Planche d’images ou son index, à 1 ou 2 points par pixel."), place="path"
    )
    return {
        **paths,
        f"{base}/{{styleId}}": operation(
            f"{slug}.style", slug, _("Style de la couche"), [name, forms], of_style, is_features=True
        ),
        f"{base}/{{styleId}}/legend": operation(
            f"{slug}.legend", slug, _("Légende en image"), [name, pictures], {SVG: _TEXT, PNG: _BINARY},
            is_features=True,
        ),
        f"{base}/{{styleId}}/sprite{{form}}": operation(
            f"{slug}.sprite", slug, _("Images du style MapLibre"), [name, asked], {JSON: _OBJECT, PNG: _BINARY},
            is_features=True,
        ),
    }  # fmt: skip


def portal_style_paths() -> Document:
    """Return the paths of the style of the whole portal, and that of the letters of labels."""
    name = parameters.parameter(
        "styleId", {"type": "string", "enum": [STYLE_NAME]}, _("Style."), place="path"
    )
    part = {"type": "string", "enum": list(_SPRITES)}
    asked = parameters.parameter(
        "form", part, _("Planche d’images ou son index, à 1 ou 2 points par pixel."), place="path"
    )
    sheet = {JSON: _OBJECT, PNG: _BINARY}
    return {
        "/styles": operation("styles", "portail", _("Styles"), [parameters.forms("json")], {JSON: _OBJECT}),
        "/styles/{styleId}": operation(
            "style", "portail", _("Style de toutes les couches"), [name, parameters.forms("mapbox")],
            {MAPBOX_STYLE: _OBJECT}, is_features=True,
        ),
        "/styles/{styleId}/sprite{form}": operation(
            "sprite", "portail", _("Images du style MapLibre"), [name, asked], sheet, is_features=True
        ),
        **_glyph_path(),
    }  # fmt: skip


def _glyph_path() -> Document:
    font = parameters.parameter("font", {"type": "string", "enum": [FONT]}, _("Police."), place="path")
    starts = {"type": "string", "pattern": r"^\d{1,5}-\d{1,5}$", "example": f"0-{RANGE - 1}"}
    letters = parameters.parameter("range", starts, _("Intervalle de 256 caractères."), place="path")
    return {
        "/fonts/{font}/{range}.pbf": operation(
            "glyphs", "portail", _("Lettres des étiquettes"), [font, letters], {_GLYPHS: _BINARY}
        )
    }
