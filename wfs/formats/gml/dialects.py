"""What tells the three forms of GML apart, and the collections that hold them in the three versions of WFS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layers.definitions import GeometryType
from wfs.versions import V1_0_0, V1_1_0, V2_0_0, GmlVersion, Version

# Elements of a geometry that is several: of the whole, and of each of its parts.
Parts = Mapping[GeometryType, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GmlDialect:
    """A form of GML in the collection of the version of WFS that it belongs to.

    ``schema`` is where the schema of the collection is, ``identifier`` the attribute that holds the id of a feature,
    ``member`` the element around each. ``function`` is the first argument of ``ST_AsGML``, ``options`` its flags.
    """

    gml: GmlVersion
    version: Version
    schema: str
    identifier: str
    member: str
    function: int
    options: int

    @property
    def namespaces(self) -> dict[str, str]:
        """The namespaces of a collection by prefix."""
        return {"wfs": self.version.wfs, "gml": self.gml.namespace}


# Flags of ST_AsGML: the long name of the system, and plain LineString rather than Curve; 16 writes latitude first.
_LONG, _PLAIN_LINES, NORTHING_FIRST = 1, 4, 16
DIALECTS: dict[GmlVersion, GmlDialect] = {
    GmlVersion.V3_2: GmlDialect(
        GmlVersion.V3_2,
        V2_0_0,
        "http://schemas.opengis.net/wfs/2.0/wfs.xsd http://www.opengis.net/gml/3.2 "
        "http://schemas.opengis.net/gml/3.2.1/gml.xsd",
        "gml:id",
        "wfs:member",
        3,
        _LONG | _PLAIN_LINES,
    ),
    GmlVersion.V3_1_1: GmlDialect(
        GmlVersion.V3_1_1,
        V1_1_0,
        "http://schemas.opengis.net/wfs/1.1.0/wfs.xsd",
        "gml:id",
        "gml:featureMember",
        3,
        _LONG | _PLAIN_LINES,
    ),
    GmlVersion.V2_1_2: GmlDialect(
        GmlVersion.V2_1_2,
        V1_0_0,
        "http://schemas.opengis.net/wfs/1.0.0/WFS-basic.xsd",
        "fid",
        "gml:featureMember",
        2,
        0,
    ),
}
# In 3.2 each part has an id of its own, which ST_AsGML does not give.
PARTS: Parts = {
    GeometryType.MULTI_POINT: ("gml:MultiPoint", "gml:pointMember"),
    GeometryType.MULTI_LINE: ("gml:MultiCurve", "gml:curveMember"),
    GeometryType.MULTI_SURFACE: ("gml:MultiSurface", "gml:surfaceMember"),
}
