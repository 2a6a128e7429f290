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

# Short names of the ``f`` parameter, in the order offered.
SHORT_NAMES = {"json": JSON, "geojson": GEOJSON, "jsonfg": JSONFG, "geojsonseq": GEOJSON_SEQ, "html": HTML}


def parse_form(text: str | None, *, offered: tuple[str, ...]) -> str | None:
    """Return the media type that ``f`` names among those offered, or None when it is not given.

    ``f=json`` stands for GeoJSON where features are served, and for JSON Schema where properties are described.

    Raises:
        InvalidParameter: another name.
    """
    if text is None:
        return None
    wanted = SHORT_NAMES.get(text)
    if wanted == JSON and JSON not in offered:
        wanted = offered[0]
    if wanted in offered:
        return wanted
    names = [name for name, media_type in SHORT_NAMES.items() if media_type in (JSON, *offered)]
    raise InvalidParameter(
        _("f attend %(names)s ; reçu « %(value)s ».") % {"names": ", ".join(names), "value": text[:40]},
        parameter="f",
    )
