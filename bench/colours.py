"""How far apart the layers of the demonstration are seen on one map, by who sees all colours and by the colour-blind.

Every pair of layers that a map may show together is measured in light and in dark; the distance is that of OKLab, times
100 (``styles.colours``). A pair under ``APART`` must have two pictograms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import median

from bench.figures import Figure
from gisportal.catalogue import CODED
from gisportal.demo.datasets.definitions import MAP_STYLES
from styles.colours import DARK, LIGHT, Theme, Vision, difference, resolved
from styles.layer_icons import APART, LayerIcon, are_alike, gap, layer_icon

_NEAREST = 8


def prepare() -> None:
    """Nothing is prepared: colours are read in the code."""


def measures() -> Iterator[Figure]:
    """Print the nearest pairs, and measure all for each sight."""
    icons = _icons()
    pairs = list(combinations(icons, 2))
    print(f"{len(icons)} layers, {len(pairs)} pairs, hundredths of OKLab\n")
    gaps = {(one, other): gap(icons[one].token, icons[other].token) for one, other in pairs}
    for one, other in sorted(pairs, key=lambda pair: gaps[pair].distance)[:_NEAREST]:
        near = gaps[one, other]
        where = f"{near.vision.value}, {'dark' if near.is_dark else 'light'}"
        print(f"{near.distance:5.1f}  {one} – {other} ({where}; {icons[one].icon}, {icons[other].icon})")
    alike = [pair for pair in pairs if are_alike(icons[pair[0]], icons[pair[1]])]
    yield Figure("Pairs alike: near colours, one pictogram", "0", str(len(alike)), not alike)
    tokens = sorted({icon.token for icon in icons.values()})
    for theme, name in ((LIGHT, "light"), (DARK, "dark")):
        for vision in Vision:
            yield _figure(tokens, vision, theme, name)


def _figure(tokens: Sequence[str], vision: Vision, theme: Theme, name: str) -> Figure:
    distances = [
        difference(resolved(one, theme), resolved(other, theme), vision)
        for one, other in combinations(tokens, 2)
    ]
    measured = f"least {min(distances):.1f}, median {median(distances):.1f}"
    return Figure(f"{vision.value}, {name}", f"least {APART:g}", measured, min(distances) >= APART)


def _icons() -> dict[str, LayerIcon]:
    coded = {one.slug: layer_icon(one.style) for one in CODED.all() if one.geometry.is_located}
    samples = {slug: LayerIcon(str(style["token"]), str(style["icon"])) for slug, style in MAP_STYLES.items()}
    return coded | samples
