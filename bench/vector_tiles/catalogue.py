"""The layer of lines, which only the measures of tiles need."""

from __future__ import annotations

from bench.catalogue import measured_layer
from bench.models import Road
from layers.definitions import GeometryType
from layers.registry import CodedProvider

ROADS = measured_layer("roads", Road, GeometryType.LINE)
LINES = CodedProvider((ROADS,))
