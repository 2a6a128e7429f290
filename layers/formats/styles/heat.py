"""Density of points as a style layer of MapLibre, and the points themselves when seen near."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from layers.formats.mvt.rendering import CLUSTER_MAX_ZOOM
from layers.formats.styles.buckets import IS_CLUSTER, Frame
from layers.formats.styles.class_expressions import Expression, is_number, number
from layers.formats.styles.points import COUNT, NOT_CLUSTER, SIGNAL, Layer
from layers.styles.definitions import Heat
from layers.styles.palettes import PALETTES

_STEPS = 6
# Pixels over which what the tiles gather spreads: it reaches its neighbours, which stand half as far.
_REACH = 90
_TENFOLD = 0.9
_POINTS_FROM = 16
# By zoom: from far, points lie on one another and clusters weigh thousands; near, each is alone.
_INTENSITY = (8, 0.05, 11, 0.3, 13, 0.8, 15, 1.5)
_USUAL = "YlOrRd"


def heat_layers(frame: Frame) -> Iterator[Layer]:
    """Yield density, from what the tiles gather too, then points."""
    heat = frame.style.heat
    assert heat is not None
    yield {
        "id": "heat",
        "type": "heatmap",
        "paint": {
            "heatmap-weight": _weight("" if frame.style.categories else frame.style.field),
            "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], *_INTENSITY],
            "heatmap-radius": _radius(heat.radius),
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


def _radius(radius: float) -> Expression:
    """Return over how many pixels a point spreads; what the tiles gather grows as its tile does between two zooms."""

    def at(scale: float) -> Expression:
        return ["case", IS_CLUSTER, max(radius, _REACH) * scale, radius]

    ends = [end for zoom in range(CLUSTER_MAX_ZOOM + 1) for end in (zoom, at(1), zoom + 0.999, at(2))]
    return ["interpolate", ["exponential", 2], ["zoom"], *ends, CLUSTER_MAX_ZOOM + 1, at(1)]


def _weight(field: str) -> Expression:
    """Return the weight of a point, or of what the tiles gather, which grows with the logarithm of their count.

    Counts go from one to millions, and a density of some points would else be as full as the fullest. A point that the
    tiles count as one weighs something too.
    """
    own: Expression = ["case", is_number(field), ["max", 0, number(field)], 0] if field else 1
    return ["case", IS_CLUSTER, ["*", _TENFOLD, ["log10", ["+", COUNT, 1]]], own]


def _ramp(heat: Heat) -> Expression:
    """Return the colours of a density from none to full."""
    colours = PALETTES.get(heat.palette, PALETTES[_USUAL]).colours(_STEPS)
    steps: list[Any] = [0, f"{colours[0]}00"]  # the first one unseen: no grey on the way from clear black
    for step, colour in enumerate(colours, start=1):
        steps += [round(step / len(colours), 3), colour]
    return ["interpolate", ["linear"], ["heatmap-density"], *steps]
