"""GeoJSON text sequences (RFC 8142): one feature a record, for readers that do not hold a whole document.

A sequence has no place for the counts and the next page: the protocol says them in its headers.
"""

from __future__ import annotations

from layers.formats.geojson import Form, shape

MEDIA_TYPE = "application/geo+json-seq"
# Each record is a record separator, a JSON text and the newline that PostgreSQL writes after a row.
GEOJSON_SEQ = Form(
    MEDIA_TYPE,
    opening=lambda _selection, _matched: b"",
    closing=lambda _members: b"",
    shape=shape,
    before=b"\x1e",
)
