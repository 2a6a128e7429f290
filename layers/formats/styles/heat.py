"""Density of points as a style layer of MapLibre, and the points themselves when seen near."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from layers.formats.styles.buckets import IS_CLUSTER, Frame
from layers.formats.styles.class_expressions import Expression, is_number, number
from layers.formats.styles.points import COUNT, NOT_CLUSTER, SIGNAL, Layer
from layers.styles.definitions import Heat
from layers.styles.palettes import PALETTES

_STEPS = 6
# Pixels over which what the tiles gather spreads: it reaches its neighbours, which stand up to 128 pixels apart.
_REACH = 150
_POINTS_FROM = 16
# By zoom: from far points lie on one another, near each is alone.
_INTENSITY = (8, 0.004, 9, 0.014, 10, 0.045, 11, 0.14, 12, 0.37, 13, 0.8, 15, 1.5)
# A layer of so many points has weights of one: the same share of the points has the same colour in every layer.
_PLAIN_TOTAL = 1_000
# Of few points, none is as full as the fullest.
_HEAVIEST = 2.5
_USUAL = "YlOrRd"


def heat_layers(frame: Frame) -> Iterator[Layer]:
    """Yield density, from what the tiles gather too, then points."""
    heat = frame.style.heat
    assert heat is not None
    yield {
        "id": "heat",
        "type": "heatmap",
        "paint": {
            "heatmap-weight": _weight(frame, heat),
            "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], *_INTENSITY],
            "heatmap-radius": ["case", IS_CLUSTER, _reach(heat), heat.radius],
            "heatmap-color": _ramp(heat),
            "heatmap-opacity": 0.8,
        },
        "metadata": {"role": "shape", "pick": False},
    }
    yield {
        "id": "point",
        "type": "circle",
        "minzoom": _POINTS_FROM,
        "filter": NOT_CLUSTER,
        "paint": {
            "circle-color": "@ink",
            "circle-radius": 2.5,
            "circle-opacity": 1.0,
            "circle-stroke-color": "@paper",
            "circle-stroke-width": 1,
            "circle-stroke-opacity": 1.0,
        },
        "metadata": {
            "role": "shape",
            "pick": True,
            "lit": {"circle-stroke-color": SIGNAL, "circle-stroke-width": 4},
        },
    }


def _reach(heat: Heat) -> float:
    return max(heat.radius, _REACH)


def _weight(frame: Frame, heat: Heat) -> Expression:
    """Return the weight of a point, or of what the tiles gather: as much as its points would, over what it spreads on.

    So the colour of a place is that of its points whether a tile has them or gathers them: from one zoom to the next,
    in two tiles side by side, and in a draft whose tiles are those of another style.
    """
    field = "" if frame.style.categories else frame.style.field
    share = _share(frame.total) if not field else 1.0
    gathered = float(f"{share * (heat.radius / _reach(heat)) ** 2:.4g}")
    own: Expression = ["case", is_number(field), ["max", 0, number(field)], 0] if field else share
    return ["case", IS_CLUSTER, ["*", gathered, COUNT], own]


def _share(total: int) -> float:
    """Return what a point weighs in a layer of so many; one where nobody counted them."""
    return float(f"{min(_PLAIN_TOTAL / total, _HEAVIEST):.4g}") if total else 1.0


def _ramp(heat: Heat) -> Expression:
    """Return the colours of a density from none to full."""
    colours = PALETTES.get(heat.palette, PALETTES[_USUAL]).colours(_STEPS)
    steps: list[Any] = [0, f"{colours[0]}00"]  # the first one unseen: no grey on the way from clear black
    for step, colour in enumerate(colours, start=1):
        steps += [round(step / len(colours), 3), colour]
    return ["interpolate", ["linear"], ["heatmap-density"], *steps]
