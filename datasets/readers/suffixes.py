"""The suffixes of the formats of imported files, which pages name without the libraries that read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By name of format: the suffixes that promise it, each with what people call such a file.
SUFFIXES: Mapping[str, Mapping[str, str | Promise]] = {
    "gpkg": {".gpkg": "GeoPackage"},
    "geojson": {".geojson": "GeoJSON", ".json": "JSON"},
    "geojsonseq": {".geojsonl": "GeoJSON", ".geojsons": "GeoJSON", ".json": "JSON"},
    "kml": {".kml": "KML"},
    "gpx": {".gpx": "GPX"},
    "gml": {".gml": "GML"},
    "fgb": {".fgb": "FlatGeobuf"},
    "parquet": {".parquet": "GeoParquet", ".geoparquet": "GeoParquet"},
    "dxf": {".dxf": _("dessin DXF")},
    "tab": {".tab": "MapInfo"},
    "mif": {".mif": "MapInfo"},
    "csv": {".csv": "CSV", ".tsv": "TSV"},
    "dbf": {".dbf": "dBASE"},
    "json": {".json": "JSON"},
    "shp": {".shp": "Shapefile"},
    "gdb": {".gdb": _("géodatabase Esri")},
    "kmz": {".kmz": "KMZ"},
    "xlsx": {".xlsx": _("classeur Excel")},
    "ods": {".ods": _("classeur OpenDocument")},
    "zip": {".zip": _("archive ZIP")},
}
OFFERED_SUFFIXES: Mapping[str, str | Promise] = {
    suffix: title for suffixes in SUFFIXES.values() for suffix, title in suffixes.items()
} | {".txt": _("texte")}
"""What the wizard offers to choose, with its title: plain text holds columns too, whatever its name says."""
