"""The columns of the portal's own exports, recognised when a file comes back: fields, and what the portal computed.

An export calls its columns by the names of fields, by their titles, or for people by their titles with units and codes;
a Shapefile cuts names to ten characters, as other software does. Beside the fields are the identifier, the commune and
days of instants, which the portal computes: they are no new columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from datasets.definitions import DatasetSchema
from export_formats.columns import columns_with_labels, columns_with_titles, named_columns
from export_formats.gdal import MAX_NAME, day_names, short_names
from layers.definitions import LayerDefinition

Headings = Mapping[str, str]
"""The names of fields by the headings of their columns, in lower case; empty for a column that the portal computes."""

_STANDING: Mapping[str, frozenset[str]] = {
    "kml": frozenset({"id", "id2", "name", "description", "timestamp", "begin", "end"}),
    "gml": frozenset({"gml_id", "fid"}),
}
"""Columns that a format adds to those of its features."""


def exported_headings(definition: LayerDefinition, schema: DatasetSchema) -> list[Headings]:
    """Return what exports of a dataset call its columns, one mapping a way of naming them."""
    columns = named_columns(definition.fields)
    short = short_names(columns)
    days = day_names(short)
    named: list[list[tuple[str, str]]] = [
        [(column.name, column.field.name) for column in columns],
        [(each.heading, each.column.field.name) for each in columns_with_titles(columns)],
        [
            (each.heading, "" if each.labels else each.column.field.name)
            for each in columns_with_labels(columns)
        ],
        [*((column.name, column.field.name) for column in short), *((day, "") for day in days.values())],
    ]
    return [
        {heading.casefold(): name if name in schema.by_name else "" for heading, name in pairs}
        for pairs in named
    ]


def cut_headings(schema: DatasetSchema) -> list[Headings]:
    """Return the names of ten characters that GDAL, QGIS or ArcGIS make of a dataset's names and titles."""
    spellings = ([field.name for field in schema.fields], [field.source for field in schema.fields])
    return [
        dict(zip(_cut(spelling), (field.name for field in schema.fields), strict=True))
        for spelling in spellings
    ]


def computed_columns(
    titles: Iterable[str],
    headings: Sequence[Headings],
    *,
    format_name: str,
    positions: Collection[str] = (),
) -> tuple[str, ...]:
    """Return which of a file's unmatched columns are no data: those that the portal or the format adds.

    ``positions`` are the columns that the geometry is made of, where that of the dataset is too.
    """
    computed = {heading for mapping in headings for heading, name in mapping.items() if not name}
    computed |= _STANDING.get(format_name, frozenset())
    return tuple(title for title in titles if title.casefold() in computed or title in positions)


def _cut(names: Iterable[str]) -> list[str]:
    """Return names cut to ten characters, in lower case, those that are alike with a number."""
    used: set[str] = set()
    cut = []
    for name in names:
        plain = name.casefold()
        short, number = plain[:MAX_NAME], 0
        while short in used:
            number += 1
            short = f"{plain[: MAX_NAME - 1 - len(str(number))]}_{number}"
        used.add(short)
        cut.append(short)
    return cut
