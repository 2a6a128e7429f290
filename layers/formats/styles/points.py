"""Markers, clusters and heat as style layers of MapLibre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from layers.formats.styles.buckets import ANCHORS, IS_CLUSTER, Bucket, Frame, marker_kind
from layers.formats.styles.class_expressions import Expression, is_number, number
from layers.formats.styles.pictures import marker_picture
from layers.styles.definitions import ClusterKind, Proportion
from layers.styles.palettes import PALETTES
from layers.styles.symbols import Marker

Layer = dict[str, Any]
CLEAR = "rgba(0,0,0,0)"
FONT = ["Map Label Semibold"]
NOT_CLUSTER: Expression = ["!", IS_CLUSTER]
COUNT: Expression = ["get", "point_count"]
# Where a pictogram has no room, its point is a dot of so many pixels.
_DOT = 8.0
SIGNAL = "@signal"
_RADIUS: Expression = ["step", COUNT, 11, 10, 13, 100, 16, 1000, 20, 10_000, 24]
_SHORTENED = 10_000
# A pie has twelve parts, so that few images are drawn, and so many colours.
PIE_PARTS = 12
PIE_COLOURS = 8
_HEAT_STEPS = 6
_POINTS_FROM = 16


def marker_layers(frame: Frame, bucket: Bucket) -> Iterator[Layer]:
    """Yield the style layers of markers: of points, of the middle of a line, of the point that stands for a surface."""
    if not frame.is_point:
        yield _images(frame, bucket, "middle")
        return
    kind = marker_kind(bucket.first)
    if kind == "circle":
        yield _circles(frame, bucket)
        return
    yield _grounds(frame, bucket, is_disc=kind == "disc")
    yield _images(frame, bucket, "icon" if kind == "disc" else "marker")


def _circles(frame: Frame, bucket: Bucket) -> Layer:
    proportion = frame.style.proportion
    radius = (
        _half(diameter(frame.style.field, proportion))
        if proportion
        else bucket.choose(frame, lambda marker: max(marker.size - _rim(marker), 0) / 2)
    )
    order = {"layout": {"circle-sort-key": ["-", 0, number(frame.style.field)]}} if proportion else {}
    return _circle(
        frame,
        bucket,
        order
        | {
            "paint": {
                "circle-color": bucket.choose(frame, lambda marker: _colour(marker.fill)),
                "circle-radius": radius,
                "circle-stroke-color": bucket.choose(frame, lambda marker: _colour(marker.stroke)),
                "circle-stroke-width": bucket.choose(frame, _rim),
            }
        },
        {"circle-stroke-color": SIGNAL, "circle-stroke-width": 4},
    )


def _grounds(frame: Frame, bucket: Bucket, *, is_disc: bool) -> Layer:
    """Return the circles under images: what is seen where there is no room, and the ring of what is selected."""
    clear = not is_disc
    return _circle(
        frame,
        bucket,
        {
            "paint": {
                "circle-color": CLEAR if clear else bucket.choose(frame, _dot_colour),
                "circle-radius": bucket.choose(frame, lambda marker: min(marker.size, _DOT) / 2),
                "circle-stroke-color": CLEAR
                if clear
                else bucket.choose(frame, lambda marker: _colour(marker.stroke)),
                "circle-stroke-width": 1.5,
            }
        },
        {
            "circle-radius": bucket.choose(frame, lambda marker: (marker.size + _rim(marker)) / 2),
            "circle-stroke-color": SIGNAL,
            "circle-stroke-width": 3,
        },
    )


def _circle(frame: Frame, bucket: Bucket, parts: Layer, lit: dict[str, Any]) -> Layer:
    opacity = bucket.first.opacity
    paint = parts["paint"] | {"circle-opacity": opacity, "circle-stroke-opacity": opacity}
    return (
        {"id": "point", "type": "circle"}
        | zooms_of(bucket.first)
        | bucket.filter(frame, NOT_CLUSTER)
        | parts
        | {"paint": paint, "metadata": {"role": "shape", "pick": True, "lit": lit}}
    )


def _images(frame: Frame, bucket: Bucket, kind: str) -> Layer:
    """Return markers as images; pictograms stay apart, each over its dot."""
    proportion = frame.style.proportion
    apart = kind == "icon"
    layout: dict[str, Any] = {
        "icon-image": bucket.choose(frame, lambda marker: frame.add(_picture(frame, marker))),
    }
    if proportion:
        layout |= {"icon-size": ["/", diameter(frame.style.field, proportion), proportion.largest]}
    if apart:
        layout |= {"icon-padding": 1} | _priority(frame)
    else:
        layout |= {"icon-allow-overlap": True, "icon-ignore-placement": True}
    if kind == "middle" and not frame.geometry.is_surface:
        layout |= {"symbol-placement": "line-center"}
    source = {"source-layer": ANCHORS} if kind == "middle" and frame.geometry.is_surface else {}
    return (
        {"id": kind, "type": "symbol"}
        | source
        | zooms_of(bucket.first)
        | bucket.filter(frame, *([NOT_CLUSTER] if frame.is_point else []))
        | {
            "layout": layout,
            "paint": {"icon-opacity": 1.0},  # that of the marker is in its picture
            "metadata": {"role": "icon" if apart else "shape", "pick": apart or kind == "middle"},
        }
    )


def _picture(frame: Frame, marker: Marker) -> Any:
    proportion = frame.style.proportion
    drawn = replace(marker, size=proportion.largest) if proportion else marker
    return marker_picture(drawn, frame.style.icon)


def _priority(frame: Frame) -> dict[str, Expression]:
    """Return which features are placed first: those with the largest value of the field of priority."""
    labels = frame.style.labels
    return {"symbol-sort-key": ["-", 0, number(labels.priority)]} if labels and labels.priority else {}


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


def _half(expression: Expression) -> Expression:
    return ["/", expression, 2]


def _dot_colour(marker: Marker) -> str:
    """Return the colour of what stands for a marker: of its disc, else of its pictogram."""
    return _colour(marker.fill or marker.icon_colour or marker.stroke)


def _rim(marker: Marker) -> float:
    return marker.stroke_width if marker.stroke else 0


def _colour(colour: str) -> str:
    return f"@{colour}" if colour else CLEAR


def zooms_of(layer: Any) -> dict[str, float]:
    """Return the zooms of a symbol layer as those of a style layer."""
    return {"minzoom": layer.zooms[0], "maxzoom": layer.zooms[1]}


def cluster_layers(frame: Frame) -> Iterator[Layer]:
    """Yield what stands for several points: a disc of paper in a ring, or in a pie of its categories, and its count."""
    style = frame.style
    is_pie = style.clusters is ClusterKind.PIE and bool(style.categories)
    common = {"filter": IS_CLUSTER}
    yield {
        "id": "cluster",
        "type": "circle",
        **common,
        "paint": {
            "circle-color": "@paper",
            "circle-radius": _RADIUS,
            "circle-opacity": 1.0,
            "circle-stroke-color": f"@{style.token}",
            "circle-stroke-width": 0 if is_pie else 2.5,
            "circle-stroke-opacity": 1.0,
        },
        "metadata": {"role": "cluster", "pick": True},
    }
    if is_pie:
        yield {
            "id": "pie",
            "type": "symbol",
            **common,
            "layout": {
                "icon-image": _pie(frame),
                "icon-allow-overlap": True,
                "icon-ignore-placement": True,
                "icon-size": ["/", ["+", _RADIUS, 5], 24],
            },
            "paint": {"icon-opacity": 1.0},
            "metadata": {"role": "cluster", "pick": False},
        }
    yield {
        "id": "count",
        "type": "symbol",
        **common,
        "layout": {
            "text-field": _count_text(frame.language),
            "text-font": FONT,
            "text-size": 12,
            "text-allow-overlap": True,
            "text-ignore-placement": True,
        },
        "paint": {"text-color": "@ink", "text-opacity": 1.0},
        "metadata": {"role": "cluster", "pick": False},
    }


def _pie(frame: Frame) -> Expression:
    """Return the name of the picture of a pie: ``pie`` then each colour and its twelfths (``map/pies.js`` draws it)."""
    shares: dict[str, list[Expression]] = {}
    for category in frame.style.categories:
        colour = f"@{category_colour(category.token, category.strength)}"
        if colour in shares or len(shares) < PIE_COLOURS:
            shares.setdefault(colour, []).append(["coalesce", ["get", f"count_{category.value}"], 0])
    parts: list[Expression] = []
    for colour, counts in shares.items():
        total = counts[0] if len(counts) == 1 else ["+", *counts]
        twelfths = ["round", ["/", ["*", PIE_PARTS, total], COUNT]]
        parts += [" ", colour, " ", ["to-string", twelfths]]
    return ["concat", "pie", *parts]


def category_colour(token: str, strength: float) -> str:
    """Return the colour of a class over the paper."""
    return token if token.startswith("#") or strength >= 1 else f"{token}/{round(strength * 100)}"


def _count_text(language: str) -> Expression:
    thousands = ["concat", _formatted(["round", ["/", COUNT, 1000]], language), "\u00a0k"]
    return ["case", [">=", COUNT, _SHORTENED], thousands, _formatted(COUNT, language)]


def _formatted(value: Expression, language: str) -> Expression:
    return ["number-format", value, {"locale": language}]


def heat_layers(frame: Frame) -> Iterator[Layer]:
    """Yield density, from what the tiles gather too, and the points themselves when seen near."""
    heat, field = frame.style.heat, frame.style.field
    assert heat is not None
    weight: Expression = ["coalesce", COUNT, 1]
    if field:
        weight = ["coalesce", COUNT, ["case", is_number(field), ["max", 0, number(field)], 0]]
    colours = PALETTES.get(heat.palette, PALETTES["YlOrRd"]).colours(_HEAT_STEPS)
    ramp: list[Any] = [0, CLEAR]
    for step, colour in enumerate(colours, start=1):
        ramp += [step / len(colours), colour]
    yield {
        "id": "heat",
        "type": "heatmap",
        "paint": {
            "heatmap-weight": weight,
            "heatmap-intensity": ["interpolate", ["exponential", 2], ["zoom"], 8, 0.05, 16, 1],
            "heatmap-radius": heat.radius,
            "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], *ramp],
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
