"""Styles for other programs: those that stand for the others, and how MapLibre reads their filters."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from layers.definitions import Field, FieldType, GeometryType
from layers.styles.definitions import Category, Labels, NumberInterval, Overlay, Proportion, Style
from layers.styles.symbols import Fill, LinePattern, Marker, Stroke
from styles.classes import value_text
from styles.colours import LIGHT
from styles.maplibre.compiler import drawing, in_colours
from tests.styled_layers import STYLES

A, B, NONE = Category("a", "A", "#111111"), Category("b", "B", "#222222"), Category("", "Aucun", "#333333")
INTERVALS = (
    NumberInterval(0, 5, "", "#111111"),
    NumberInterval(5, 5, "", "#222222"),
    NumberInterval(7, 9.5, "", "#333333"),
)
CLASSED = {
    "categories": Style("t-nature", "trees", "f", (A, B)),
    "one category twice": Style("t-nature", "trees", "f", (A, Category("a", "Encore", "#444444"), B)),
    "a category without value": Style("t-nature", "trees", "f", (A, NONE)),
    "numbers and truths": Style(
        "t-nature", "trees", "f", (Category("3", "3", "#111111"), Category("true", "oui", "#222222"))
    ),
    "others hidden": Style("t-nature", "trees", "f", (A, B), hides_others=True),
    "intervals": Style("t-nature", "trees", "f", intervals=INTERVALS),
    "intervals alone": Style("t-nature", "trees", "f", intervals=INTERVALS, hides_others=True),
}
TEXTS = ["", "a", "b", "z", "3", 3, 3.0, True, False]
NUMBERS = ["a", "5", -1, 0, 4.999, 5, 5.5, 7, 9.5, 9.51]
CASES = [
    (name, value)
    for name, style in CLASSED.items()
    for value in (None, *(NUMBERS if style.intervals else TEXTS))
]


def met(condition: Any, value: object) -> Any:
    """Return what an expression gives for a feature whose only property is ``f``, as MapLibre evaluates it."""
    if not isinstance(condition, list):
        return condition
    name, *arguments = condition
    if name == "literal":
        return arguments[0]
    if name == "has":
        return arguments[0] == "f" and value is not None
    if name == "get":
        return value if arguments[0] == "f" else None
    return OPERATORS[name](*(met(each, value) for each in arguments))


def _number(value: object, otherwise: float = float("nan")) -> float:
    try:
        return float(value or 0)  # type: ignore[arg-type]  # what is no number is the other value
    except ValueError:
        return otherwise


OPERATORS: dict[str, Callable[..., Any]] = {
    "all": lambda *parts: all(parts),
    "any": lambda *parts: any(parts),
    "!": operator.not_,
    "in": lambda value, listed: value in listed,
    "to-string": value_text,
    "to-number": _number,
    ">=": operator.ge,
    "<": operator.lt,
}
"""The operators that QGIS 3.40 translates, of those that styles need."""


EVERYTHING = Style(
    "t-nature", "trees", "f", (A, B, NONE),
    symbol=(Fill(), LinePattern(), Stroke("class", 3), Marker("star", 12), Marker(icon="maki:park", size=20)),
    overlays=(Overlay("p", ("oui", "true"), "Prioritaire", "#123456"),),
    labels=Labels("h"),
)  # fmt: skip
DRAWN = {
    **{name: each.style for name, each in STYLES.items()},
    **CLASSED,
    "everything": EVERYTHING,
    "proportional": Style(
        "t-nature", "trees", "f", intervals=INTERVALS, proportion=Proportion(0, 100, 2, 30)
    ),
    "one size": Style("t-nature", "trees", "f", proportion=Proportion(5, 5)),
    "icons by value": Style(
        "t-nature", "trees", "f", symbol=(Marker("star", 12),), proportion=Proportion(0, 9)
    ),
}


def portable(style: Style, geometry: GeometryType) -> list[dict[str, Any]]:
    label = Field("h", FieldType.TEXT, "Nom", choices=(("a", "Acier"),))
    layers = drawing(style, geometry, label=label, is_portable=True).layers
    return in_colours(list(layers), LIGHT)  # type: ignore[no-any-return]  # a list stays one
