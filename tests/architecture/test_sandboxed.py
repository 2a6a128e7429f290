"""Files of strangers are parsed in a child process: what parses them is called nowhere else."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import code, text

# What parses: where it may be imported.
PARSERS = {
    r"PIL\b": {
        "layers/parsing/picture_process.py",
        "gisportal/demo/photos.py",  # the demonstration draws its own
        "styles/maplibre/document.py",  # our own pictures, which vl-convert has just drawn
        "tiles/rasters/formats/pictures.py",  # writes
    },
    # Reads files that the portal wrote itself; those of strangers are read by what children run.
    r"rasterio\b": {"layers/queries/rasters/", "tiles/rasters/", "gisportal/demo/rasters.py"},
    r"rio_cogeo\b": {"tiles/rasters/parsing/conversion.py"},
    r"tiles\.rasters\.parsing\.raster_process\b": set(),
    # The system's GDAL, which cannot be kept from files and addresses before 3.9.
    r"django\.contrib\.gis\.gdal import .*(?:SpatialReference|CoordTransform|OGRGeometry|DataSource|GDALRaster)\b": {
        "layers/parsing/spatial_references.py",
    },
    r"python_calamine\b": {
        "datasets/readers/spreadsheets.py",
        "explorer/editing/table_process.py",
        "webforms/xlsform/process.py",
    },
    r"zipfile\b": {
        "layers/parsing/archives.py",
        "datasets/readers/archives.py",
        "datasets/readers/workbooks.py",
        "datasets/readers/spreadsheets.py",
        "export_formats/gdal.py",  # writes
        "export_formats/writers/workbook.py",  # writes, and reads what XlsxWriter wrote
        "gisportal/accounts/people/personal_data.py",  # writes
        "plui/writing/services.py",  # writes
    },
    r"(?:layers\.parsing\.archives|plui\.packages\.child)\b": {
        "datasets/readers/archives.py",
        "plui/packages/",
        "planning/easements/package_process.py",
        "gisportal/reference_files.py",  # its limits
    },
    r"sqlite3\b": {
        "datasets/readers/geopackage.py",
        "export_formats/geopackage.py",  # writes
    },
    r"pyarrow\.parquet\b": {
        "datasets/readers/parquet.py",
        "export_formats/writers/parquet.py",
    },  # the latter writes
    r"(?:layers\.parsing\.picture_process|explorer\.editing\.table_process|webforms\.xlsform\.process)\b": set(),
    r"export_formats\.writers\b": {"export_formats/writers/"},
    r"datasets\.readers\.child\b": {"datasets/inference/child.py"},
    r"datasets\.inference\.(?:child|positions|coordinates|geometry)\b": {"datasets/inference/"},
    r"shapely\b": {
        "planning/easements/package_process.py",
        "datasets/inference/coordinates.py",
        "datasets/inference/positions.py",
        "datasets/readers/geometries.py",
        "layers/parsing/geometry.py",  # bounds nesting first
        "administration/geometry_widget.py",  # the same
        "datasets/review/sketches.py",  # rows of our own tables
        "export_formats/writers/",  # our own data
        "styles/feature_pictures.py",  # the same
        "explorer/sketch/",  # the same
        "webforms/places.py",  # the same, and a geometry that the kernel parsed
        "gisportal/demo/",
        "roadworks/imports/",  # bounds nesting first
        "plui/packages/",  # run by a child
        "interface/backdrop.py",  # the file that the configuration names, bounded
        "roadworks/",  # lines of our own tables, and drawings that the kernel has read
        "wfs/parsing/gml/",  # makes shapes of numbers, and parses nothing
    },
    r"datasets\.readers\.(?:opening|archives|csv|geojson|geopackage|geometries|json|mapinfo|parquet"
    r"|shapefile|spreadsheets|vectors|xml)\b": {"datasets/readers/"},
}


@pytest.mark.parametrize("name", PARSERS)
def test_parser_is_imported_by_children_alone(name: str) -> None:
    pattern = re.compile(rf"^\s*(?:import|from) {name}", re.MULTILINE)
    places = {
        path for path in code() if not path.startswith(("fixtures/", "bench/")) and pattern.search(text(path))
    }
    assert {path for path in places if not path.startswith(tuple(PARSERS[name]))} == set()
