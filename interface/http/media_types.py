"""Media types, and the short names by which the ``f`` parameter asks for them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter

JSON = "application/json"
JSON_PROBLEM = "application/problem+json"
GEOJSON = "application/geo+json"
HTML = "text/html"
JSONFG = "application/vnd.ogc.fg+json"
GEOJSON_SEQ = "application/geo+json-seq"
MERGE_PATCH = "application/merge-patch+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
# Styles, as OGC API – Styles (20-009, a draft) names them; QML has no registered type, servers of styles use this one.
MAPBOX_STYLE = "application/vnd.mapbox.style+json"
SLD_1_0 = "application/vnd.ogc.sld+xml;version=1.0"
SLD_1_1 = "application/vnd.ogc.sld+xml;version=1.1"
QML = "application/vnd.qgis.qml"
SVG = "image/svg+xml"
PNG = "image/png"

# Short names of the ``f`` parameter, in the order offered.
SHORT_NAMES = {
    "json": JSON, "geojson": GEOJSON, "jsonfg": JSONFG, "geojsonseq": GEOJSON_SEQ, "html": HTML,
    "mapbox": MAPBOX_STYLE, "sld11": SLD_1_1, "sld10": SLD_1_0, "qml": QML, "svg": SVG, "png": PNG,
}  # fmt: skip


def parse_form(text: str | None, *, offered: tuple[str, ...]) -> str | None:
    """Return the media type that ``f`` names among those offered, or None when it is not given.

    ``f=json`` stands for GeoJSON where features are served, for JSON Schema where properties are described, and for
    the JSON of MapLibre where styles are.

    Raises:
        InvalidParameter: another name.
    """
    if text is None:
        return None
    requested = SHORT_NAMES.get(text)
    is_json = "json" in offered[0]
    if requested == JSON and JSON not in offered and is_json:
        requested = offered[0]
    if requested in offered:
        return requested
    allowed = (JSON, *offered) if is_json else offered
    names = [name for name, media_type in SHORT_NAMES.items() if media_type in allowed]
    raise InvalidParameter(
        _("f attend %(names)s ; reçu « %(value)s ».") % {"names": ", ".join(names), "value": text[:40]},
        parameter="f",
    )
