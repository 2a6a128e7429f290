"""The versions served, as data: their differences and formats; and the version of a request.

A request is of the version that it names, or of the best that both sides know (OGC 06-121r3, 7.3.2 for
``ACCEPTVERSIONS``; 02-058, 6.2.4 for ``VERSION``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, VersionNegotiationFailed


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

    ``is_xy``: coordinates are x, y whatever the form of the system (1.0.0). ``types`` and ``count`` are the
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


_ENCODING = re.compile(r";charset=utf-?8$")
_OF_GML = re.compile(r"^(?:application/xml|text/gml);subtype=")


class OutputKind(Enum):
    """Who writes a format: our GML, the GeoJSON of the API, or a writer of exports."""

    GML = "gml"
    GEOJSON = "geojson"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A format: ``names`` are what ``OUTPUTFORMAT`` may say, first the one in capabilities.

    ``gml`` is the form of GML, ``export`` the extension of a writer of ``export_formats``.
    """

    names: tuple[str, ...]
    kind: OutputKind
    media_type: str
    gml: GmlVersion | None = None
    export: str = ""


GML_FORMATS: dict[GmlVersion, OutputFormat] = {
    GmlVersion.V3_2: OutputFormat(
        (
            "application/gml+xml; version=3.2",
            "application/gml+xml; version=3.2.1",
            "text/xml; subtype=gml/3.2",
            "text/xml; subtype=gml/3.2.1",
            "text/xml; subtype=gml/3.2.2",
            "gml32",
        ),
        OutputKind.GML,
        "application/gml+xml; version=3.2",
        gml=GmlVersion.V3_2,
    ),
    GmlVersion.V3_1_1: OutputFormat(
        (
            "text/xml; subtype=gml/3.1.1",
            "gml3",
            "application/gml+xml; version=3.1",
            "text/xml; subtype=gml/3.1.1/profiles/gmlsf/1.0.0/0",
        ),
        OutputKind.GML,
        "text/xml; subtype=gml/3.1.1",
        gml=GmlVersion.V3_1_1,
    ),
    GmlVersion.V2_1_2: OutputFormat(
        ("text/xml; subtype=gml/2.1.2", "gml2"),
        OutputKind.GML,
        "text/xml; subtype=gml/2.1.2",
        gml=GmlVersion.V2_1_2,
    ),
}
GEOJSON_FORMAT = OutputFormat(
    (
        "application/json",
        "application/geo+json",
        "application/vnd.geo+json",
        "geojson",
        "json",
        "application/json; subtype=geojson",
    ),
    OutputKind.GEOJSON,
    "application/geo+json",
)
FILES: tuple[OutputFormat, ...] = (
    OutputFormat(("csv", "text/csv"), OutputKind.EXPORT, "text/csv; charset=utf-8", export="csv"),
    OutputFormat(
        ("application/geopackage+sqlite3", "geopackage", "gpkg", "geopkg"),
        OutputKind.EXPORT,
        "application/geopackage+sqlite3",
        export="gpkg",
    ),
    OutputFormat(
        ("shape-zip", "shapezip", "application/x-shapefile", "shp"),
        OutputKind.EXPORT,
        "application/zip",
        export="shp.zip",
    ),
    OutputFormat(
        ("application/flatgeobuf", "flatgeobuf", "fgb"),
        OutputKind.EXPORT,
        "application/flatgeobuf",
        export="fgb",
    ),
    OutputFormat(
        ("application/vnd.google-earth.kml+xml", "kml"),
        OutputKind.EXPORT,
        "application/vnd.google-earth.kml+xml",
        export="kml",
    ),
)


def formats_of(version: Version) -> tuple[OutputFormat, ...]:
    """Return the formats that a version serves, first its default."""
    own = GML_FORMATS[version.gml]
    other_forms = tuple(form for form in GML_FORMATS.values() if form is not own)
    return (own, *other_forms, GEOJSON_FORMAT, *FILES)


def find_format(text: str, version: Version) -> OutputFormat | None:
    """Return the format of this name, whatever the case and the blanks; None when it is not served.

    A plus sign that the client did not encode arrives as a blank. ``text/xml`` is the GML of the version. Examples of
    the standard write ``application/xml`` before a form of GML, older clients ``text/gml``; some add an encoding.
    """
    folded = _folded(text)
    if folded in {"text/xml", "xml", "application/gmlxml", "application/xml"}:
        return formats_of(version)[0]
    return next(
        (form for form in formats_of(version) if folded in {_folded(name) for name in form.names}), None
    )


def _folded(text: str) -> str:
    written = text.casefold().replace(" ", "").replace("+", "").replace('"', "")
    return _OF_GML.sub("text/xml;subtype=", _ENCODING.sub("", written))


# The corrigendum of 2.0 changed no message: some clients call it so.
_SAME = {"2.0.2": V2_0_0, "2.0": V2_0_0, "1.1": VERSIONS[1], "1.0": VERSIONS[2]}
_NUMBER = re.compile(r"\d{1,3}(\.\d{1,3}){0,2}", re.ASCII)


def _find_version(text: str) -> Version | None:
    return next((version for version in VERSIONS if version.number == text), _SAME.get(text))


def named_version(text: str, *, parameter: str) -> Version:
    """Return the version that a request names; the newest when it names none.

    Raises:
        InvalidParameter: a version that is not served.
    """
    if not text:
        return VERSIONS[0]
    version = _find_version(text.strip())
    if version is None:
        raise InvalidParameter(
            _("La version « %(version)s » n’est pas servie. Versions servies : %(served)s.")
            % {"version": text[:40], "served": ", ".join(map(str, VERSIONS))},
            parameter=parameter,
        )
    return version


def accepted_version(texts: Sequence[str], *, parameter: str) -> Version:
    """Return the first version that a client accepts and that is served.

    Raises:
        VersionNegotiationFailed: there is none.
    """
    for text in texts:
        version = _find_version(text.strip())
        if version is not None:
            return version
    raise VersionNegotiationFailed(
        _("Aucune de ces versions n’est servie : %(versions)s. Versions servies : %(served)s.")
        % {"versions": ", ".join(texts)[:80], "served": ", ".join(map(str, VERSIONS))},
        parameter=parameter,
    )


def negotiated_version(text: str, *, parameter: str) -> Version:
    """Return what answers a GetCapabilities of a version: that one, else the one below it, else the oldest.

    Raises:
        InvalidParameter: no number of a version.
    """
    if not text:
        return VERSIONS[0]
    if _NUMBER.fullmatch(text.strip()) is None:
        raise InvalidParameter(
            _("%(name)s attend un numéro de version comme 2.0.0 ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:40]},
            parameter=parameter,
        )
    order = _order(text.strip())
    below = (version for version in VERSIONS if _order(version.number) <= order)
    return _find_version(text.strip()) or next(below, VERSIONS[-1])


def _order(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]
