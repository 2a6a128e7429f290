"""Density of points as SVG: dots that a filter spreads, then colours as the map does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from layers.styles.definitions import Heat
from layers.styles.palettes import PALETTES

_STEPS = 6
_USUAL = "YlOrRd"
_OPACITY = 0.85
# The radius of a dot before it is spread, and how far it is, as shares of the radius of the density.
_CORE, _SPREAD = 0.45, 0.4
# What the densest place is drawn with: so many times a dot that is seen alone.
_DENSEST = 2.5
_STRONGEST = 0.9


def density(heat: Heat, places: Sequence[tuple[float, float]], name: str) -> str:
    """Return the density of points at ``places``, in pixels; ids begin with ``name``.

    Dots add up where they meet. The filter puts their opacity into each channel and looks a colour up in a table, as a
    heat map does with its ramp (SVG 1.1, 15.10 and 15.11). The densest place is as full as the scale goes.
    """
    if not places:
        return ""
    colours = PALETTES.get(heat.palette, PALETTES[_USUAL]).colours(_STEPS)
    channels = [[int(colour[at : at + 2], 16) / 255 for colour in colours] for at in (1, 3, 5)]
    tables = "".join(
        f'<feFunc{letter} type="table" tableValues="{values[0]:.3g} {" ".join(f"{one:.3g}" for one in values)}"/>'
        for letter, values in zip("RGB", channels, strict=True)
    )
    veil = " ".join(["0", *[f"{_OPACITY:g}"] * _STEPS])
    dots = "".join(f'<use href="#{name}-dot" x="{x:.4g}" y="{y:.4g}"/>' for x, y in places)
    dot = f'r="{heat.radius * _CORE:g}" fill="@ink" fill-opacity="{_strength(heat, places):.3g}"'
    return (
        f'<defs><circle id="{name}-dot" {dot}/>'
        f'<filter id="{name}" x="-20%" y="-20%" width="140%" height="140%" color-interpolation-filters="sRGB">'
        f'<feGaussianBlur stdDeviation="{heat.radius * _SPREAD:g}"/>'
        '<feColorMatrix values="0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0"/>'
        f'<feComponentTransfer>{tables}<feFuncA type="table" tableValues="{veil}"/></feComponentTransfer>'
        f'</filter></defs><g filter="url(#{name})">{dots}</g>'
    )


def _strength(heat: Heat, places: Sequence[tuple[float, float]]) -> float:
    """Return the opacity of a dot: the less, the more of them meet in a square as wide as the radius."""
    crowd = Counter((x // heat.radius, y // heat.radius) for x, y in places)
    return min(_STRONGEST, _DENSEST / max(crowd.values()))
