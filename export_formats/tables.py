"""Tables on their way to the process that writes a file: what it must know of them before their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LIST_SEPARATOR = ";"
MAX_CELL_UNITS = 32_767
"""UTF-16 units of a cell of a workbook."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of a sheet: ``position`` is that of its values in the rows, ``type`` that of what is written.

    ``labels`` are what is written for each code (as text), None where values are written as they are stored.
    """

    position: int
    heading: str
    type: str
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` are names and types, values of ``FieldType``. ``kind`` is a value of ``GeometryType``.

    ``geometry`` names the last column of the rows, of WKB in the CRS ``srid``; empty: there is none. ``options`` are
    those of a driver of GDAL, ``cells`` the columns of a sheet.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    geometry: str = ""
    kind: str = ""
    srid: int = 4326
    options: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[Cells, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Table:
        """Return the table that ``dataclasses.asdict`` and JSON made a document of."""
        columns = tuple((name, kind) for name, kind in document["columns"])
        cells = tuple(Cells(**each) for each in document["cells"])
        return cls(**{**document, "columns": columns, "cells": cells})
