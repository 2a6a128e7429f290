"""Points as style layers of MapLibre: markers, clusters (a disc in a ring or in a pie, and a count), density."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from layers.formats.mvt.tile_rows import count_name
from layers.styles.colours import mixed
from layers.styles.definitions import ClusterKind, Heat, Proportion
from layers.styles.palettes import PALETTES
from layers.styles.symbols import Marker
from styles.classes import Expression, between, is_number, number, size_steps
from styles.frame import ANCHORS, IS_CLUSTER, Bucket, Frame, marker_kind
from styles.pictures import SvgPicture, marker_picture

Layer = dict[str, Any]
CLEAR = "rgba(0,0,0,0)"
FONT = ["Map Label Semibold"]
NOT_CLUSTER: Expression = ["!", IS_CLUSTER]
COUNT: Expression = ["get", "point_count"]
# Under a pictogram its point is a dot of so many pixels, where the pictogram is not loaded yet.
_DOT = 8.0
SIGNAL = "@signal"
# By count: from so many points on a cluster has so many pixels from its middle to its ring.
_RADII = ((1, 11), (10, 13), (100, 16), (1000, 20), (10_000, 24))
_RADIUS: Expression = ["step", COUNT, _RADII[0][1], *(part for step in _RADII[1:] for part in step)]
_RING = 2.5
_SHORTENED = 10_000
# A pie has twelve parts, so that few images are drawn, and so many colours; its picture is that many pixels across.
PIE_PARTS = 12
PIE_COLOURS = 8
PIE_SIDE = 48
_STEPS = 6
# Pixels over which what the tiles gather spreads: it reaches its neighbours, which stand up to 128 pixels apart.
_CLUSTER_RADIUS = 150
_POINTS_FROM = 16
# By zoom: from far points lie on one another, near each is alone.
_INTENSITY = (8, 0.004, 9, 0.014, 10, 0.045, 11, 0.14, 12, 0.37, 13, 0.8, 15, 1.5)
# A layer of so many points has weights of one: the same share of the points has the same colour in every layer.
_PLAIN_TOTAL = 1_000
# Of few points, none is as full as the fullest.
_HEAVIEST = 2.5
_DEFAULT_PALETTE = "YlOrRd"


def marker_layers(frame: Frame, bucket: Bucket) -> Iterator[Layer]:
    """Yield the style layers of markers: of points, of the middle of a line, of the point that stands for a surface."""
    if not frame.is_point:
        yield from _sized_images(frame, bucket, "middle")
        return
    kind = marker_kind(bucket.first)
    if kind == "circle":
        yield from _circles(frame, bucket)
        return
    yield from _grounds(frame, bucket, is_disc=kind == "disc")
    yield from _sized_images(frame, bucket, "icon" if kind == "disc" else "marker")


def _circles(frame: Frame, bucket: Bucket) -> Iterator[Layer]:
    proportion = frame.style.proportion
    if proportion and frame.is_portable:
        yield from _sized_circles(frame, bucket, proportion)
        return
    radius = (
        ["/", diameter(frame.style.field, proportion), 2]
        if proportion
        else bucket.choose(frame, lambda marker: max(marker.size - _rim(marker), 0) / 2)
    )
    order = {"layout": {"circle-sort-key": ["-", 0, number(frame.style.field)]}} if proportion else {}
    rim = {
        "circle-stroke-color": bucket.choose(frame, lambda marker: _colour(marker.stroke)),
        "circle-stroke-width": bucket.choose(frame, _rim),
    }
    fill = own_colour(frame, bucket.choose(frame, lambda marker: _colour(marker.fill)))
    lit = {"circle-stroke-color": SIGNAL, "circle-stroke-width": 4}
    # Sizes that differ lie one in another, and each needs its rim; so do circles without a fill.
    if proportion or not _has_paper_rims(bucket):
        yield _circle(
            frame, bucket, order | {"paint": {"circle-color": fill, "circle-radius": radius} | rim}, lit
        )
        return
    yield _rims(frame, bucket, {"circle-radius": radius} | rim)
    yield _circle(frame, bucket, {"paint": _without_rim(fill, radius)}, lit)


def _sized_circles(frame: Frame, bucket: Bucket, proportion: Proportion) -> Iterator[Layer]:
    """Yield the circles of each step of a proportion, the largest below."""
    marker = bucket.first
    paint = {
        "circle-color": _colour(marker.fill),
        "circle-stroke-color": _colour(marker.stroke),
        "circle-stroke-width": _rim(marker),
    }
    for size, condition in reversed(proportional_steps(frame.style.field, proportion)):
        yield _circle(frame, bucket, {"paint": paint | {"circle-radius": size / 2}}, {}, condition)


def proportional_steps(field: str, proportion: Proportion) -> list[tuple[float, Expression]]:
    """Return the pixels across of each step of a proportion and which features it draws, the rest in the first."""
    if proportion.high <= proportion.low:
        return [(proportion.largest, True)]
    steps = size_steps(proportion)
    ends = [-math.inf, *(low for low, _high, _size in steps[1:]), math.inf]
    return [
        (round(size, 2), between(field, low, high))
        for (_low, _high, size), low, high in zip(steps, ends, ends[1:], strict=False)
    ]


def _grounds(frame: Frame, bucket: Bucket, *, is_disc: bool) -> Iterator[Layer]:
    """Yield the circles under images: the dot where an image does not fit, and the ring of the selection."""
    radius = bucket.choose(frame, lambda marker: min(marker.size, _DOT) / 2)
    if is_disc:
        rim = bucket.choose(frame, lambda marker: _colour(marker.stroke))
        yield _rims(
            frame,
            bucket,
            {"circle-radius": radius, "circle-stroke-color": rim, "circle-stroke-width": 1.5},
        )
    colour = bucket.choose(frame, _dot_colour) if is_disc else CLEAR
    lit = {
        "circle-radius": bucket.choose(frame, lambda marker: (marker.size + _rim(marker)) / 2),
        "circle-stroke-color": SIGNAL,
        "circle-stroke-width": 3,
    }
    yield _circle(frame, bucket, {"paint": _without_rim(colour, radius)}, lit)


def _has_paper_rims(bucket: Bucket) -> bool:
    """Return whether the rims are paper around a fill, to separate points from the map below."""
    return all(marker.fill and marker.stroke.partition("/")[0] == "paper" for marker in bucket.items.values())


def _without_rim(colour: Expression, radius: Expression) -> dict[str, Expression]:
    return {
        "circle-color": colour,
        "circle-radius": radius,
        "circle-stroke-color": CLEAR,
        "circle-stroke-width": 0,
    }


def _rims(frame: Frame, bucket: Bucket, paint: dict[str, Expression]) -> Layer:
    """Return the rims alone, below every fill: close points touch, none is cut by the rim of its neighbour.

    Those that QGIS reads are discs: half of its rims lies inside the radius, where the fill covers it.
    """
    if frame.is_portable and bucket.first.opacity == 1:
        radius = paint["circle-radius"] + paint["circle-stroke-width"]
        paint = _without_rim(paint["circle-stroke-color"], radius)
    layer = _circle(frame, bucket, {"paint": {"circle-color": CLEAR} | paint}, {})
    return layer | {"id": "rim", "metadata": {"role": "rim", "pick": False}}


def _circle(
    frame: Frame, bucket: Bucket, parts: Layer, lit: dict[str, Any], condition: Expression = True
) -> Layer:
    opacity = bucket.first.opacity
    paint = parts["paint"] | {
        "circle-opacity": _opacity(frame, parts["paint"]["circle-color"], opacity),
        "circle-stroke-opacity": _opacity(frame, parts["paint"]["circle-stroke-color"], opacity),
    }
    conditions = [NOT_CLUSTER, *([] if condition is True else [condition])]
    return (
        {"id": "point", "type": "circle"}
        | zooms_of(bucket.first)
        | bucket.filter(frame, *conditions)
        | parts
        | {"paint": paint, "metadata": {"role": "shape", "pick": True, "lit": lit}}
    )


def _opacity(frame: Frame, colour: Expression, opacity: float) -> float:
    """Return the opacity of a part of a circle: QGIS puts it in the place of that of the colour, clear or not."""
    return 0.0 if frame.is_portable and colour == CLEAR else opacity


def _sized_images(frame: Frame, bucket: Bucket, kind: str) -> Iterator[Layer]:
    """Yield markers as images, in sizes that QGIS reads where they follow a value."""
    proportion = frame.style.proportion
    if not (proportion and frame.is_portable):
        yield _images(frame, bucket, kind)
        return
    for size, condition in reversed(proportional_steps(frame.style.field, proportion)):
        conditions = [] if condition is True else [condition]
        yield _images(frame, bucket, kind, round(size / proportion.largest, 4), *conditions)


def _images(
    frame: Frame, bucket: Bucket, kind: str, size: Expression = None, *conditions: Expression
) -> Layer:
    """Return markers as images; pictograms keep the labels of the map off them."""
    proportion = frame.style.proportion
    apart = kind == "icon"
    layout: dict[str, Any] = {
        "icon-image": bucket.choose(frame, lambda marker: frame.add(_picture(frame, marker))),
    }
    if proportion:
        layout |= {"icon-size": size or ["/", diameter(frame.style.field, proportion), proportion.largest]}
    # One look for a class at a zoom: a pictogram lies over its neighbour, and no dot takes its place.
    layout |= {"icon-allow-overlap": True} | (_priority(frame) if apart else {"icon-ignore-placement": True})
    if kind == "middle" and not frame.geometry.is_surface:
        layout |= {"symbol-placement": "line-center"}
    source = {"source-layer": ANCHORS} if kind == "middle" and frame.geometry.is_surface else {}
    return (
        {"id": kind, "type": "symbol"}
        | source
        | zooms_of(bucket.first)
        | bucket.filter(frame, *([NOT_CLUSTER] if frame.is_point else []), *conditions)
        | {
            "layout": layout,
            "paint": {"icon-opacity": 1.0},  # that of the marker is in its picture
            "metadata": {"role": "icon" if apart else "shape", "pick": apart or kind == "middle"},
        }
    )


def _picture(frame: Frame, marker: Marker) -> Any:
    proportion = frame.style.proportion
    sized = replace(marker, size=proportion.largest) if proportion else marker
    return marker_picture(sized, frame.style.icon)


def _priority(frame: Frame) -> dict[str, Expression]:
    """Return which features lie over the others: those with the largest value of the field of priority."""
    labels = frame.style.labels
    return {"symbol-sort-key": number(labels.priority)} if labels and labels.priority else {}


def diameter(field: str, proportion: Proportion) -> Expression:
    """Return the pixels across a symbol whose area follows a field, the smallest where it has no value."""
    low, high = proportion.low, proportion.high
    if high <= low:
        return proportion.largest
    area = [
        "interpolate",
        ["linear"],
        number(field),
        low,
        proportion.smallest**2,
        high,
        proportion.largest**2,
    ]
    return ["sqrt", area]


def _dot_colour(marker: Marker) -> str:
    """Return the colour of the dot in place of a marker: of its disc, else of its pictogram."""
    return _colour(marker.fill or marker.icon_colour or marker.stroke)


def _rim(marker: Marker) -> float:
    return marker.stroke_width if marker.stroke else 0


def _colour(colour: str) -> str:
    return f"@{colour}" if colour else CLEAR


def own_colour(frame: Frame, colour: Expression) -> Expression:
    """Return the colour of each feature where its style has a field of them, ``colour`` of those without one.

    QGIS reads no part of a text in a style of MapLibre: it has the colour of the symbol.
    """
    field = frame.style.colour_field
    if not field or frame.is_portable:
        return colour
    text = ["to-string", ["get", field]]
    levels = [["to-number", ["slice", text, start, start + 3], 0] for start in (0, 4, 8)]
    return ["case", ["==", ["length", text], len("RRR-VVV-BBB")], ["rgb", *levels], colour]


def zooms_of(layer: Any) -> dict[str, float]:
    """Return the zooms of a symbol layer as those of a style layer."""
    return {"minzoom": layer.zooms[0], "maxzoom": layer.zooms[1]}


def room_layer(frame: Frame) -> Layer:
    """Return the invisible symbols that keep names off points and off what gathers them, which QGIS does not read."""
    clear = frame.add(SvgPicture(_DOT, _DOT, ""))
    layout: Layer = {"icon-image": clear, "icon-allow-overlap": True, "icon-padding": 0}
    size = ["case", IS_CLUSTER, ["/", ["*", 2, ["+", _RADIUS, _RING]], _DOT], 1]
    of_points = {"filter": NOT_CLUSTER} if frame.is_portable else {}
    return (
        {"id": "room", "type": "symbol"}
        | of_points
        | {
            "layout": layout if frame.is_portable else layout | {"icon-size": size},
            "paint": {"icon-opacity": 1.0},
            "metadata": {"role": "room", "pick": False},
        }
    )


def cluster_layers(frame: Frame) -> Iterator[Layer]:
    """Yield the symbol of a cluster: a disc of paper in a ring, or in a pie of its categories, and its count."""
    style = frame.style
    if frame.is_portable:
        yield from _portable_clusters(style.token)
        return
    is_pie = style.clusters is ClusterKind.PIE and bool(style.categories)
    paint = {
        "circle-color": "@paper",
        "circle-radius": _RADIUS,
        "circle-opacity": 1.0,
        "circle-stroke-color": f"@{style.token}",
        "circle-stroke-width": 0 if is_pie else _RING,
        "circle-stroke-opacity": 1.0,
    }
    yield _cluster("cluster", "circle", {"paint": paint}, pick=True)
    if is_pie:
        pie = {
            "icon-image": _pie(frame),
            "icon-allow-overlap": True,
            "icon-ignore-placement": True,
            "icon-size": ["/", ["+", _RADIUS, 5], PIE_SIDE / 2],
        }
        yield _cluster("pie", "symbol", {"layout": pie, "paint": {"icon-opacity": 1.0}})
    yield _cluster("count", "symbol", _written(_count_text(frame.language)))


def _portable_clusters(token: str) -> Iterator[Layer]:
    """Yield the discs of each range of counts, then the counts: in full, since QGIS writes no shortened number."""
    for (low, radius), (high, _next) in zip(_RADII, (*_RADII[1:], (math.inf, 0)), strict=True):
        within = [["<", COUNT, high]] if high < math.inf else []
        condition = ["all", IS_CLUSTER, [">=", COUNT, low], *within]
        discs = {"ring": (f"@{token}", radius + _RING), "cluster": ("@paper", radius)}
        for name, (colour, size) in discs.items():
            paint = _without_rim(colour, size) | {"circle-opacity": 1.0, "circle-stroke-opacity": 0.0}
            yield _cluster(name, "circle", {"paint": paint}, condition, pick=True)
    yield _cluster("count", "symbol", _written(["to-string", COUNT]))


def _written(text: Expression) -> dict[str, Any]:
    layout = {
        "text-field": text,
        "text-font": FONT,
        "text-size": 12,
        "text-allow-overlap": True,
        "text-ignore-placement": True,
    }
    return {"layout": layout, "paint": {"text-color": "@ink", "text-opacity": 1.0}}


def _cluster(
    name: str, kind: str, parts: dict[str, Any], condition: Expression = IS_CLUSTER, *, pick: bool = False
) -> Layer:
    common = {"filter": condition, "metadata": {"role": "cluster", "pick": pick}}
    return {"id": name, "type": kind} | common | parts


def _pie(frame: Frame) -> Expression:
    """Return the name of the picture of a pie: ``pie`` then each colour and its twelfths (``map/images.js`` draws)."""
    shares: dict[str, list[Expression]] = {}
    for category in frame.style.categories:
        colour = f"@{mixed(category.token, category.strength)}"
        if colour in shares or len(shares) < PIE_COLOURS:
            shares.setdefault(colour, []).append(["coalesce", ["get", count_name(category.value)], 0])
    parts: list[Expression] = []
    for colour, counts in shares.items():
        total = counts[0] if len(counts) == 1 else ["+", *counts]
        # A class that is there is seen, however small: one part at least.
        twelfths = ["max", ["round", ["/", ["*", PIE_PARTS, total], COUNT]], ["min", total, 1]]
        parts += [" ", colour, " ", ["to-string", twelfths]]
    return ["concat", "pie", *parts]


def _count_text(language: str) -> Expression:
    thousands = ["concat", _formatted(["round", ["/", COUNT, 1000]], language), "\u00a0k"]
    return ["case", [">=", COUNT, _SHORTENED], thousands, _formatted(COUNT, language)]


def _formatted(value: Expression, language: str) -> Expression:
    return ["number-format", value, {"locale": language}]


def heat_layers(frame: Frame) -> Iterator[Layer]:
    """Yield density, clusters of the tiles included, then points."""
    heat = frame.style.heat
    assert heat is not None
    yield {
        "id": "heat",
        "type": "heatmap",
        "paint": {
            "heatmap-weight": _weight(frame, heat),
            "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], *_INTENSITY],
            "heatmap-radius": ["case", IS_CLUSTER, _cluster_radius(heat), heat.radius],
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


def _cluster_radius(heat: Heat) -> float:
    return max(heat.radius, _CLUSTER_RADIUS)


def _weight(frame: Frame, heat: Heat) -> Expression:
    """Return the weight of a point, or of what the tiles gather: as much as its points would, over what it spreads on.

    So the colour of a place is that of its points whether a tile has them or gathers them: from one zoom to the next,
    in two tiles side by side, and in a draft whose tiles are those of another style.
    """
    field = "" if frame.style.categories else frame.style.field
    share = _share(frame.total) if not field else 1.0
    gathered = float(f"{share * (heat.radius / _cluster_radius(heat)) ** 2:.4g}")
    own: Expression = ["case", is_number(field), ["max", 0, number(field)], 0] if field else share
    return ["case", IS_CLUSTER, ["*", gathered, COUNT], own]


def _share(total: int) -> float:
    """Return the weight of a point in a layer of ``total``; 1 where they were not counted."""
    return float(f"{min(_PLAIN_TOTAL / total, _HEAVIEST):.4g}") if total else 1.0


def _ramp(heat: Heat) -> Expression:
    """Return the colours of a density from none to full."""
    colours = PALETTES.get(heat.palette, PALETTES[_DEFAULT_PALETTE]).colours(_STEPS)
    steps: list[Any] = [0, f"{colours[0]}00"]  # the first one unseen: no grey on the way from clear black
    for step, colour in enumerate(colours, start=1):
        steps += [round(step / len(colours), 3), colour]
    return ["interpolate", ["linear"], ["heatmap-density"], *steps]
