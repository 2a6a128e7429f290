"""A hundred layers over one table: what the capabilities of a large portal cost."""

from __future__ import annotations

from dataclasses import replace

from bench.catalogue import MILLION, POINTS, SURFACES
from layers.registry import CodedProvider

MANY = 100
LAYERS = CodedProvider(
    (
        POINTS,
        SURFACES,
        MILLION,
        *(replace(POINTS, slug=f"points-{number}", title=f"Points {number}") for number in range(MANY - 3)),
    )
)
