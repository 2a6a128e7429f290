"""Markers as style layers of MapLibre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from layers.formats.styles.buckets import ANCHORS, IS_CLUSTER, Bucket, Frame, marker_kind
from layers.formats.styles.class_expressions import Expression, number
from layers.formats.styles.pictures import marker_picture
from layers.styles.definitions import Proportion
from layers.styles.symbols import Marker

Layer = dict[str, Any]
CLEAR = "rgba(0,0,0,0)"
FONT = ["Map Label Semibold"]
NOT_CLUSTER: Expression = ["!", IS_CLUSTER]
COUNT: Expression = ["get", "point_count"]
# Where a pictogram has no room, its point is a dot of so many pixels.
_DOT = 8.0
SIGNAL = "@signal"


def marker_layers(frame: Frame, bucket: Bucket) -> Iterator[Layer]:
    """Yield the style layers of markers: of points, of the middle of a line, of the point that stands for a surface."""
    if not frame.is_point:
        yield _images(frame, bucket, "middle")
        return
    kind = marker_kind(bucket.first)
    if kind == "circle":
        yield from _circles(frame, bucket)
        return
    yield from _grounds(frame, bucket, is_disc=kind == "disc")
    yield _images(frame, bucket, "icon" if kind == "disc" else "marker")


def _circles(frame: Frame, bucket: Bucket) -> Iterator[Layer]:
    proportion = frame.style.proportion
    radius = (
        _half(diameter(frame.style.field, proportion))
        if proportion
        else bucket.choose(frame, lambda marker: max(marker.size - _rim(marker), 0) / 2)
    )
    order = {"layout": {"circle-sort-key": ["-", 0, number(frame.style.field)]}} if proportion else {}
    rim = {
        "circle-stroke-color": bucket.choose(frame, lambda marker: _colour(marker.stroke)),
        "circle-stroke-width": bucket.choose(frame, _rim),
    }
    fill = bucket.choose(frame, lambda marker: _colour(marker.fill))
    lit = {"circle-stroke-color": SIGNAL, "circle-stroke-width": 4}
    # Sizes that differ lie one in another, and each needs its rim; so do circles without a fill.
    if proportion or not _has_paper_rims(bucket):
        yield _circle(
            frame, bucket, order | {"paint": {"circle-color": fill, "circle-radius": radius} | rim}, lit
        )
        return
    yield _rims(frame, bucket, {"circle-radius": radius} | rim)
    yield _circle(frame, bucket, {"paint": _bare(fill, radius)}, lit)


def _grounds(frame: Frame, bucket: Bucket, *, is_disc: bool) -> Iterator[Layer]:
    """Yield the circles under images: what is seen where there is no room, and the ring of what is selected."""
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
    yield _circle(frame, bucket, {"paint": _bare(colour, radius)}, lit)


def _has_paper_rims(bucket: Bucket) -> bool:
    """Return whether the rims only part points from what lies below: paper around a fill."""
    return all(marker.fill and marker.stroke.partition("/")[0] == "paper" for marker in bucket.items.values())


def _bare(colour: Expression, radius: Expression) -> dict[str, Expression]:
    return {
        "circle-color": colour,
        "circle-radius": radius,
        "circle-stroke-color": CLEAR,
        "circle-stroke-width": 0,
    }


def _rims(frame: Frame, bucket: Bucket, paint: dict[str, Expression]) -> Layer:
    """Return the rims alone, below every fill: close points touch, none is cut by the rim of its neighbour."""
    layer = _circle(frame, bucket, {"paint": {"circle-color": CLEAR} | paint}, {})
    return layer | {"id": "rim", "metadata": {"role": "rim", "pick": False}}


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
