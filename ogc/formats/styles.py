"""The styles of a collection, in the terms of OGC API – Styles (20-009, a draft): their list and their links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from interface.http.links import Link, RequestAddress, link, representations
from interface.http.media_types import JSON, MAPBOX_STYLE, PNG, QML, SHORT_NAMES, SLD_1_0, SLD_1_1, SVG
from layers.access import Scope
from styles.styled_layers import STYLE_NAME

Document = dict[str, Any]
Reverse = Callable[..., str]
STYLESHEETS = (MAPBOX_STYLE, SLD_1_1, SLD_1_0, QML)
LEGENDS = (SVG, PNG)
EXTENSIONS = {MAPBOX_STYLE: "json", SLD_1_1: "sld", SLD_1_0: "sld", QML: "qml"}
_NAMES = {media_type: name for name, media_type in SHORT_NAMES.items()}
STYLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/styles"
_LEGEND_REL = "http://www.opengis.net/def/rel/ogc/1.0/legend"


def styles(address: RequestAddress, reverse: Reverse, scope: Scope) -> Document:
    """Return the list of the styles of a collection: one, or none for a table."""
    has_style = scope.definition.geometry.is_located
    documents = (
        [{"id": STYLE_NAME, "title": scope.layer.title, "links": style_links(reverse, scope)}]
        if has_style
        else []
    )
    default = {"default": STYLE_NAME} if has_style else {}
    return {**default, "styles": documents, "links": representations(address, JSON)}


def style_links(reverse: Reverse, scope: Scope) -> list[Link]:
    """Return where the style of a collection is, in each of its languages, and its legend as a picture."""
    titles = {
        MAPBOX_STYLE: _("Style MapLibre (style.json)"),
        SLD_1_1: _("Style SLD 1.1 (Symbology Encoding)"),
        SLD_1_0: _("Style SLD 1.0 (GeoServer, MapServer)"),
        QML: _("Style QGIS (QML)"),
        SVG: _("Légende en SVG"),
        PNG: _("Légende en PNG"),
    }
    sheet = RequestAddress(reverse("ogc:style", scope.slug, STYLE_NAME), {})
    legend = RequestAddress(reverse("ogc:legend", scope.slug, STYLE_NAME), {})
    return [
        *(link("stylesheet", sheet.with_query(f=_NAMES[kind]), kind, titles[kind]) for kind in STYLESHEETS),
        *(link(_LEGEND_REL, legend.with_query(f=_NAMES[kind]), kind, titles[kind]) for kind in LEGENDS),
    ]


def portal_styles(address: RequestAddress, reverse: Reverse) -> Document:
    """Return the list of the styles of the portal: one, of every layer that the visitor sees."""
    sheet = RequestAddress(reverse("ogc:portal-style", STYLE_NAME), {}).with_query(f=_NAMES[MAPBOX_STYLE])
    links = [link("stylesheet", sheet, MAPBOX_STYLE, _("Style MapLibre (style.json)"))]
    document = {"id": STYLE_NAME, "title": _("Toutes les couches du portail"), "links": links}
    return {"default": STYLE_NAME, "styles": [document], "links": representations(address, JSON)}


def of_a_collection(reverse: Reverse, scope: Scope) -> list[Link]:
    """Return the link of a collection to its styles, none for a table."""
    if not scope.definition.geometry.is_located:
        return []
    return [link(STYLES_REL, reverse("ogc:styles", scope.slug), JSON, _("Styles"))]
