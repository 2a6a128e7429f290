"""Symbols as few choices: each choice is read back from what it writes, and what no choice says is left alone."""

from __future__ import annotations

from itertools import product

import pytest

from cartography.symbols import (
    DashForm,
    LineChoice,
    PatternForm,
    PointChoice,
    PointForm,
    SurfaceChoice,
    SymbolChoice,
    choice_of,
    with_pattern,
)
from layers.definitions import GeometryType
from layers.styles.symbols import LINE_SYMBOL, POINT_SYMBOL, SURFACE_SYMBOL, Fill, Marker, MarkerLine, Stroke

CHOICES: list[tuple[GeometryType, SymbolChoice]] = [
    (GeometryType.POINT, PointChoice(PointForm.DOT, "square", 9, rim=2)),
    (GeometryType.POINT, PointChoice(PointForm.PICTOGRAM, "circle", 24, "maki:park")),
    *((GeometryType.LINE, LineChoice(4, dash, casing)) for dash, casing in product(DashForm, ("", "ink"))),
    *((GeometryType.SURFACE, SurfaceChoice(0.3, pattern, 2, "dashed", "ink")) for pattern in PatternForm),
    (GeometryType.SURFACE, SurfaceChoice(0, "crossed", 0)),
]


@pytest.mark.parametrize(("geometry", "choice"), CHOICES)
def test_a_choice_is_read_back_from_its_symbol(geometry: GeometryType, choice: SymbolChoice) -> None:
    assert choice_of(choice.symbol, geometry) == choice


@pytest.mark.parametrize(
    ("geometry", "symbol"),
    [
        (GeometryType.POINT, POINT_SYMBOL),
        (GeometryType.LINE, LINE_SYMBOL),
        (GeometryType.SURFACE, SURFACE_SYMBOL),
    ],
)
def test_what_nobody_chose_is_the_usual_choice(geometry: GeometryType, symbol: tuple[object, ...]) -> None:
    assert choice_of((), geometry) == choice_of(symbol, geometry)  # type: ignore[arg-type]  # symbols of three kinds


@pytest.mark.parametrize(
    ("geometry", "symbol"),
    [
        (GeometryType.POINT, (Marker(angle=30),)),
        (GeometryType.POINT, (Marker(), Marker(size=4))),
        (GeometryType.LINE, (Stroke(), Stroke(offset=4))),
        (GeometryType.SURFACE, (Fill(), MarkerLine(), Stroke())),
        (GeometryType.SURFACE, (Fill(), Stroke(zooms=(12, 24)))),
    ],
)
def test_a_symbol_composed_elsewhere_is_no_choice(geometry: GeometryType, symbol: tuple[object, ...]) -> None:
    assert choice_of(symbol, geometry) is None  # type: ignore[arg-type]  # symbols of three kinds


def test_a_pattern_changes_nothing_else_of_a_surface() -> None:
    symbol = SurfaceChoice(0.3, PatternForm.NONE, 2, DashForm.DASHED).symbol
    hatched = with_pattern(symbol, PatternForm.RISING, GeometryType.SURFACE)
    assert hatched == SurfaceChoice(0.3, PatternForm.RISING, 2, DashForm.DASHED).symbol
