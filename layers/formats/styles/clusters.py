"""What stands for several points, as style layers of MapLibre: a disc in a ring or in a pie, and a count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from layers.formats.mvt.attributes import count_name
from layers.formats.styles.buckets import IS_CLUSTER, Frame
from layers.formats.styles.class_expressions import Expression
from layers.formats.styles.points import COUNT, FONT, Layer
from layers.styles.colours import mixed
from layers.styles.definitions import ClusterKind

_RADIUS: Expression = ["step", COUNT, 11, 10, 13, 100, 16, 1000, 20, 10_000, 24]
_RING = 2.5
_SHORTENED = 10_000
# A pie has twelve parts, so that few images are drawn, and so many colours; its picture is that many pixels across.
PIE_PARTS = 12
PIE_COLOURS = 8
PIE_SIDE = 48


def cluster_layers(frame: Frame) -> Iterator[Layer]:
    """Yield what stands for several points: a disc of paper in a ring, or in a pie of its categories, and its count."""
    style = frame.style
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
    count = {
        "text-field": _count_text(frame.language),
        "text-font": FONT,
        "text-size": 12,
        "text-allow-overlap": True,
        "text-ignore-placement": True,
    }
    yield _cluster("count", "symbol", {"layout": count, "paint": {"text-color": "@ink", "text-opacity": 1.0}})


def _cluster(name: str, kind: str, parts: dict[str, Any], *, pick: bool = False) -> Layer:
    told = {"filter": IS_CLUSTER, "metadata": {"role": "cluster", "pick": pick}}
    return {"id": name, "type": kind} | told | parts


def _pie(frame: Frame) -> Expression:
    """Return the name of the picture of a pie: ``pie`` then each colour and its twelfths (``map/pies.js`` draws it)."""
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
