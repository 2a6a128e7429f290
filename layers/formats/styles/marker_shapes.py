"""Outlines of markers as SVG, around 0 0: the well-known names of Symbology Encoding 1.1, 11.3.2, as in QGIS."""

from __future__ import annotations

import math

_OPEN = frozenset({"cross", "x", "line"})


def outline(shape: str, size: float) -> tuple[str, bool]:
    """Return an element ``size`` pixels across with a place ``{}`` for its colour, and whether it is made of lines."""
    half = size / 2
    if shape in _OPEN:
        return _strokes(shape, half), True
    match shape:
        case "square":
            corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        case "triangle":
            corners = regular(3, half)
        case "diamond":
            corners = regular(4, half)
        case "pentagon":
            corners = regular(5, half)
        case "hexagon":
            corners = regular(6, half)
        case "star":
            corners = regular(10, half, inner=0.382)  # a pentagram's own ratio
        case _:
            return f'<circle r="{half:g}" {{}}/>', False
    points = " ".join(f"{x:.4g},{y:.4g}" for x, y in corners)
    return f'<polygon points="{points}" stroke-linejoin="round" {{}}/>', False


def regular(count: int, radius: float, *, inner: float = 1.0) -> list[tuple[float, float]]:
    """Return the corners of a regular shape, the first one up; ``inner`` draws every other one nearer."""
    found = []
    for place in range(count):
        angle, reach = 2 * math.pi * place / count, radius * (inner if place % 2 else 1.0)
        found.append((reach * math.sin(angle), -reach * math.cos(angle)))
    return found


def _strokes(shape: str, half: float) -> str:
    paths = {
        "cross": f"M{-half:g} 0H{half:g}M0 {-half:g}V{half:g}",
        "x": f"M{-half:g} {-half:g}L{half:g} {half:g}M{-half:g} {half:g}L{half:g} {-half:g}",
        "line": f"M0 {-half:g}V{half:g}",
    }
    return f'<path d="{paths[shape]}" {{}}/>'
