"""What tells the versions of WFS apart, as data: everything else is the same code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class GmlVersion(Enum):
    """The forms of GML."""

    V3_2 = "3.2"
    V3_1_1 = "3.1.1"
    V2_1_2 = "2.1.2"

    @property
    def namespace(self) -> str:
        """The namespace of its elements: GML 2 and 3.1 share one."""
        return f"http://www.opengis.net/gml{'/3.2' if self is GmlVersion.V3_2 else ''}"


class FesVersion(Enum):
    """The forms of filters, by the namespace of their elements and what they may hold."""

    V2_0 = "2.0"
    V1_1 = "1.1"
    V1_0 = "1.0"

    @property
    def namespace(self) -> str:
        """The namespace of its elements: 1.0 and 1.1 share one."""
        return "http://www.opengis.net/fes/2.0" if self is FesVersion.V2_0 else "http://www.opengis.net/ogc"


class SrsForm(Enum):
    """How a version writes a coordinate reference system of EPSG."""

    URN = "urn:ogc:def:crs:EPSG::{code}"
    SHORT = "EPSG:{code}"


@dataclass(frozen=True, slots=True)
class Version:
    """A version of WFS. ``ows`` is the namespace of its capabilities and reports; 1.0.0 has its own, ``ogc``.

    ``is_xy`` tells that coordinates are x, y whatever the form of the system (1.0.0). ``types`` and ``count`` are the
    parameters that name the feature types and bound the answer.
    """

    number: str
    wfs: str
    ows: str
    gml: GmlVersion
    fes: FesVersion
    srs_form: SrsForm
    is_xy: bool
    types: str
    count: str

    def __str__(self) -> str:
        return self.number

    @property
    def is_2(self) -> bool:
        """Whether it is 2.0: paging, stored queries, temporal operators."""
        return self.number.startswith("2.")


V2_0_0 = Version(
    "2.0.0",
    "http://www.opengis.net/wfs/2.0",
    "http://www.opengis.net/ows/1.1",
    GmlVersion.V3_2,
    FesVersion.V2_0,
    SrsForm.URN,
    is_xy=False,
    types="TYPENAMES",
    count="COUNT",
)
V1_1_0 = Version(
    "1.1.0",
    "http://www.opengis.net/wfs",
    "http://www.opengis.net/ows",
    GmlVersion.V3_1_1,
    FesVersion.V1_1,
    SrsForm.URN,
    is_xy=False,
    types="TYPENAME",
    count="MAXFEATURES",
)
V1_0_0 = Version(
    "1.0.0",
    "http://www.opengis.net/wfs",
    "http://www.opengis.net/ogc",
    GmlVersion.V2_1_2,
    FesVersion.V1_0,
    SrsForm.SHORT,
    is_xy=True,
    types="TYPENAME",
    count="MAXFEATURES",
)
# The newest first: what a client with no wish gets.
VERSIONS: tuple[Version, ...] = (V2_0_0, V1_1_0, V1_0_0)
