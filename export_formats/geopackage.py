"""GeoPackage: the rows, the style that QGIS applies by itself, and the metadata it shows.

GDAL writes the rows; SQLite then gets the table ``layer_styles`` of QGIS and the metadata extension of the standard
(OGC 12-128r18, clause F.8). A table without geometry is an attributes table.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from export_formats.columns import columns_of, types_of
from export_formats.notice import Notice, instant
from export_formats.rows import record_tables, rows_of
from export_formats.tables import Table
from export_formats.writer_process import file_writer
from layers.queries import Selection
from styles.qml.documents import qml
from styles.styled_layers import STYLE_NAME, styled_layer

_GEOMETRY = "geom"
_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes', 'layer_styles');
"""
_STYLE = """
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault,
    description, owner, update_time)
VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', ?)
"""
_METADATA = """
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT ''
);
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
    md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
);
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
INSERT INTO gpkg_extensions VALUES
    ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata', 'read-write'),
    ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata',
     'read-write');
"""
_QGIS = "http://mrcc.com/qgis.dtd"
_DCMI = "http://purl.org/dc/terms/"


def write_geopackage(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the GeoPackage; return the number of rows."""
    definition = selection.scope.definition
    geometry = _GEOMETRY if notice.is_located else ""
    columns = columns_of(selection, reserved=[_GEOMETRY])
    options = {"FID": "id", "IDENTIFIER": notice.title, "DESCRIPTION": notice.abstract}
    if geometry:
        options["GEOMETRY_NAME"] = geometry
    table = Table(
        definition.slug,
        types_of(columns),
        geometry,
        definition.geometry.value,
        notice.crs.srid,
        options=options,
    )
    with file_writer("gdal", path, driver="GPKG", days=None) as file:
        count = file.write(table, rows_of(selection, columns, notice.crs, has_geometry=notice.is_located))
        for records in record_tables(selection):
            options = {"FID": "id", "IDENTIFIER": str(records.relation.title)}
            own = Table(records.relation.name, types_of(records.columns), options=options)
            file.write(own, records.rows)
        file.finish()
    with closing(sqlite3.connect(path)) as base, base:
        if geometry:
            base.executescript(_STYLES)
            style = qml(styled_layer(selection.scope, [(column.field, column.name) for column in columns]))
            values = (definition.slug, geometry, STYLE_NAME, style, notice.title, instant(notice.exported))
            base.execute(_STYLE, values)
        base.executescript(_METADATA)
        for standard, kind, text in (
            (_QGIS, "text/xml", qmd(notice)),
            (_DCMI, "text/plain", notice.text(count)),
        ):
            _add_metadata(base, definition.slug, standard, kind, text)
    return count


def _add_metadata(base: sqlite3.Connection, table: str, standard: str, kind: str, text: str) -> None:
    added = base.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', ?, ?, ?)",
        (standard, kind, text),
    )
    base.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id) VALUES ('table', ?, ?)",
        (table, added.lastrowid),
    )


def qmd(notice: Notice) -> str:
    """Return the notice as the metadata document of QGIS."""
    root = Element("qgis", {"version": "3.28.0"})
    for name, text in (
        ("type", "dataset"),
        ("title", notice.title),
        ("abstract", notice.abstract),
        ("license", f"{notice.licence} {notice.licence_url}".strip()),
        ("rights", notice.attribution),
    ):
        SubElement(root, name).text = text
    words = SubElement(root, "keywords", {"vocabulary": "gmd:topicCategory"})
    for word in notice.keywords:
        SubElement(words, "keyword").text = word
    for entries in (notice.source, notice.selection):
        if entries:
            SubElement(root, "history").text = entries
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")
