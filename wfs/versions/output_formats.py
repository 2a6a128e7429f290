"""The formats of features: the names that clients give them, and who writes each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from wfs.versions.definitions import GmlVersion, Version

_ENCODING = re.compile(r";charset=utf-?8$")
_OF_GML = re.compile(r"^(?:application/xml|text/gml);subtype=")


class OutputKind(Enum):
    """Who writes a format: our GML, the GeoJSON of the API, or a writer of exports."""

    GML = "gml"
    GEOJSON = "geojson"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A format: ``names`` are what ``OUTPUTFORMAT`` may say, first the one that capabilities tell.

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
    """Return the formats that a version serves, first the one it writes when none is asked."""
    own = GML_FORMATS[version.gml]
    others = tuple(form for form in GML_FORMATS.values() if form is not own)
    return (own, *others, GEOJSON_FORMAT, *FILES)


def find_format(text: str, version: Version) -> OutputFormat | None:
    """Return the format that a client calls so, whatever the case and the blanks; None when nobody writes it.

    A plus sign that the client did not encode arrives as a blank. ``text/xml`` is the GML of the version. Examples of
    the standard write ``application/xml`` before a form of GML, older clients ``text/gml``; some add an encoding.
    """
    wanted = _folded(text)
    if wanted in {"text/xml", "xml", "application/gmlxml", "application/xml"}:
        return formats_of(version)[0]
    return next(
        (form for form in formats_of(version) if wanted in {_folded(name) for name in form.names}), None
    )


def _folded(text: str) -> str:
    written = text.casefold().replace(" ", "").replace("+", "").replace('"', "")
    return _OF_GML.sub("text/xml;subtype=", _ENCODING.sub("", written))
