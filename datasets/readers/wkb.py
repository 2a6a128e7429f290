"""The first bytes of a WKB geometry: its type and whether it has heights, without reading its coordinates."""

from __future__ import annotations

import struct

_NAMES = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
    8: "CircularString",
    9: "CompoundCurve",
    10: "CurvePolygon",
    11: "MultiCurve",
    12: "MultiSurface",
    15: "PolyhedralSurface",
    16: "TIN",
    17: "Triangle",
}


def header(geometry: bytes) -> tuple[str, bool]:
    """Return the OGC name and whether the geometry has Z, from ISO (SQL/MM, 1000 and above) or extended codes."""
    code = struct.unpack_from("<I" if geometry[0] == 1 else ">I", geometry, 1)[0]
    base = code & 0x0FFFFFFF
    has_z = bool(code & 0x80000000) or base // 1000 in {1, 3}
    return _NAMES.get(base % 1000, "Geometry"), has_z
