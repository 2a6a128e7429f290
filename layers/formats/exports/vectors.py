"""FlatGeobuf, KML and GML 3.2 by GDAL, with the notice where each has a place for it."""

from __future__ import annotations

from pathlib import Path

from layers.formats.exports.columns import columns_of
from layers.formats.exports.gdal import write_rows
from layers.formats.exports.notice import Notice
from layers.formats.exports.rows import rows_of
from layers.queries import Selection

_GEOMETRY = "geometry"


def write_flatgeobuf(selection: Selection, path: Path, notice: Notice) -> int:
    """Write FlatGeobuf with its spatial index; return the number of features."""
    options = {"TITLE": notice.title, "DESCRIPTION": notice.text()}
    return _write(selection, path, notice, "FlatGeobuf", layer_options=options)


def write_kml(selection: Selection, path: Path, notice: Notice) -> int:
    """Write KML, always in WGS 84; features are named by the layer's title field."""
    definition = selection.scope.definition
    is_named = any(field.name == definition.title_field for field in selection.fields)
    options = {"NameField": definition.title_field if is_named else "id", "DescriptionField": "\x00"}
    return _write(selection, path, notice, "KML", dataset_options=options)


def write_gml(selection: Selection, path: Path, notice: Notice) -> int:
    """Write GML 3.2, whose coordinates follow the axis order of the CRS's authority."""
    options = {
        "FORMAT": "GML3.2", "XSISCHEMA": "OFF", "NAME": notice.title, "DESCRIPTION": notice.text(),
    }  # fmt: skip
    return _write(selection, path, notice, "GML", dataset_options=options)


def _write(
    selection: Selection,
    path: Path,
    notice: Notice,
    driver: str,
    *,
    dataset_options: dict[str, str] | None = None,
    layer_options: dict[str, str] | None = None,
) -> int:
    definition = selection.scope.definition
    rows = rows_of(selection, columns_of(selection, reserved=[_GEOMETRY]), notice.crs, geometry=_GEOMETRY)
    return write_rows(
        rows, path, driver=driver, layer=definition.slug, kind=definition.geometry, srid=notice.crs.srid,
        geometry=_GEOMETRY, dataset_options=dataset_options, layer_options=layer_options,
    )  # fmt: skip
