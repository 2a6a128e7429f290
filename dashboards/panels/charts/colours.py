"""Which colour stands for which value: that of the document, that of the layer's map, else one of the palette."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from dashboards.panels.answers import option
from dashboards.panels.charts.palette import LINES, SERIES
from dashboards.panels.kinds import PanelRequest
from dashboards.panels.options import Schema
from interface.palette import token
from layers.aggregates import ResultColumn, Scalar
from layers.styles.colours import COLOUR_TOKENS
from layers.styles.definitions import Category

NAMES = (*COLOUR_TOKENS, "brand", "signal", "open", "internal", "ok", "warn", "bad", "ink", "ink-3", "line-2")
COLOURS: Schema = {
    "type": "object",
    "title": _("Couleurs"),
    "description": "Colours of values, by code: names of design tokens.",
    "additionalProperties": {"enum": list(NAMES)},
    "maxProperties": 100,
}
# Twice the colours of the palette: more values than that are a code list, of which a panel shows some.
_MOST_APART = 2 * len(LINES)


@dataclass(frozen=True, slots=True)
class ChartLegendLine:
    """A line of a legend: its words, its colour by name and strength (percents), the page filter that it sets."""

    label: str
    token: str
    strength: int
    field: str = ""
    value: str = ""

    @classmethod
    def of(cls, label: str, colour: str, filter: tuple[str, str] | None) -> ChartLegendLine:
        """Return the line of a value; ``colour`` is a name of the palette."""
        name, _star, strength = colour.removeprefix("token:").partition("*")
        return cls(label, name, int(strength or 100), *(filter or ("", "")))


def told_apart(categories: Sequence[Category]) -> tuple[Category, ...]:
    """Return categories whose colours differ: the first of a token keeps it, the others take those that none has.

    Strengths of one colour are told apart by nobody across a map, nor by who sees colours otherwise. A long code list
    keeps its colours, for there are not so many: whoever draws some of its values gives those alone.
    """
    if len(categories) > _MOST_APART:
        return tuple(categories)
    own = {each.token for each in categories}
    free = iter([name for line in LINES if (name := line.removeprefix("token:")) not in own])
    found, seen = [], set[str]()
    for each in categories:
        other = next(free, "") if each.token in seen else ""
        seen.add(each.token)
        found.append(replace(each, token=other, strength=1.0) if other else each)
    return tuple(found)


def colours_of(
    request: PanelRequest, key: ResultColumn, values: Sequence[Scalar], palette: Sequence[str] = SERIES
) -> list[str]:
    """Return the colour of each value of a key, as names of the palette."""
    chosen: Mapping[str, Any] = option(request, "colours", {})
    style = request.scope.style
    present = {str(value) for value in values}
    categories = style.categories
    if len(categories) > _MOST_APART:
        categories = tuple(each for each in categories if each.value in present)
    drawn = {each.value: token(each.token, each.strength) for each in told_apart(categories)}
    known = drawn if style.field == key.name and not request.question.relation else {}
    found = []
    for place, value in enumerate(values):
        code = "" if value is None else str(value)
        named = token(chosen[code]) if code in chosen else known.get(code)
        found.append(named or palette[place % len(palette)])
    return found
