"""Marks of charts, made the same way by every kind: their rows inlined, their words, their colours and their legend."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, takewhile
from typing import TYPE_CHECKING, Any

from django.utils.dates import MONTHS, MONTHS_AP
from django.utils.translation import gettext_lazy as _

from dashboards.panels.charts.theme import LINES, SERIES, are_apart, least_difference, source
from dashboards.panels.groups import Row
from dashboards.panels.kinds import PanelRequest
from dashboards.panels.options import Schema
from interface.palette import token
from layers.aggregates import ResultColumn, Scalar
from layers.lazy import lazy_module
from layers.styles.colours import COLOUR_TOKENS
from layers.styles.definitions import Category

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

Encoding = Mapping[str, Any]
_SEVERAL, _LONG, _LEAST_HEAD = 2, 6, 4
"""Names that may share words, the letters of the shared ones that are worth leaving out, and those worth reading."""


def mark(kind: str, rows: Sequence[Row], encoding: Encoding, **properties: Any) -> altair.Chart:
    """Return a mark without a description: ``kind`` is that of Vega-Lite (bar, line, text, …)."""
    chart = altair.Chart(source(list(rows)))
    made: altair.Chart = getattr(chart, f"mark_{kind}")(**{"aria": False, **properties}).encode(**encoding)
    return made


def interactive_mark(kind: str, rows: Sequence[Row], encoding: Encoding, **properties: Any) -> altair.Chart:
    """Return a mark that the pointer and the keyboard reach: its words are those of its row, a click filters."""
    words = {"tooltip": altair.Tooltip("tip:N"), "description": altair.Description("tip:N")}
    return mark(kind, rows, {**encoding, **words}, aria=True, cursor="pointer", **properties)


def integer_steps(rows: Sequence[Row]) -> Any:
    """Return the least step of the axis of a measure: half a vehicle is on no axis."""
    return 1 if all(row["v0"] == int(row["v0"]) for row in rows) else altair.Undefined


def names_axis(names: Sequence[str], *, is_upright: bool) -> Any:
    """Return the axis of names: under upright bars, without the words that all begin with (« semaine du »).

    Months are short (« déc. 2023 »), lest the last one stand over the first in a narrow chart.
    """
    if is_upright and (months := _short_months(names)):
        return altair.Axis(labelExpr=f"{json.dumps(months, ensure_ascii=False)}[datum.label] || datum.label")
    columns = zip(*(name.split(" ")[:-1] for name in names), strict=False)
    shared = [words[0] for words in takewhile(lambda words: len(set(words)) == 1, columns)]
    length = len(" ".join(shared))
    if not is_upright or len(names) < _SEVERAL or length < _LONG:
        return altair.Undefined
    return altair.Axis(labelExpr=f"slice(datum.label, {length + 1})")


def _short_months(names: Sequence[str]) -> dict[str, str]:
    """Return short names of months and their years; none where some name is no month."""
    short = {str(month): str(MONTHS_AP[number]) for number, month in MONTHS.items()}
    words = {name: name.rpartition(" ") for name in names}
    if not all(month in short and year.isdecimal() for month, _space, year in words.values()):
        return {}
    return {name: f"{short[month]} {year}" for name, (month, _space, year) in words.items()}


def with_distinct_ends(spec: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return a chart that tells (``usermeta.ends``) where names that begin alike differ: a short one keeps its end."""
    ends = distinct_ends(names)
    return {**spec, "usermeta": {**spec.get("usermeta", {}), "ends": ends}} if ends else spec


def distinct_ends(names: Sequence[str]) -> dict[str, int]:
    """Return where the last words begin by which names differ from others that begin alike; no two have the same."""
    starts = {name: cuts for name in names if (cuts := _cuts(name, names))}
    while True:
        tails = Counter(name[cuts[0] :] for name, cuts in starts.items())
        same = [name for name, cuts in starts.items() if tails[name[cuts[0] :]] > 1 and len(cuts) > 1]
        if not same:
            return {name: cuts[0] for name, cuts in starts.items()}
        starts |= {name: starts[name][1:] for name in same}


def _cuts(name: str, names: Sequence[str]) -> list[int]:
    """Return where the word begins by which a name differs from each that begins like it, the last first."""
    rest = [other for other in names if other != name]
    starts = {name.rfind(" ", 0, _shared_letters(name, other) + 1) + 1 for other in rest}
    return sorted((start for start in starts if _LONG <= start < len(name)), reverse=True)


def _shared_letters(one: str, other: str) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def short_name(name: str, end: int, letters: int) -> str:
    """Return a name of some letters at most, its middle left out before the ``end`` by which it differs from others."""
    if len(name) <= letters or not end:
        return name
    room = letters - len(name[end:]) - 2
    return f"{name[:room].rstrip()}… {name[end:]}" if room >= _LEAST_HEAD else f"…{name[end:]}"


def haloed(rows: Sequence[Row], encoding: Encoding, **properties: Any) -> list[altair.Chart]:
    """Return texts that are read on any colour: dark on a rim of the paper."""
    rim = mark("text", rows, encoding, stroke="token:paper", strokeWidth=3, strokeJoin="round", **properties)
    return [rim, mark("text", rows, encoding, **properties)]


def target_line(target: Mapping[str, Any] | None, *, is_upright: bool) -> list[altair.Chart]:
    """Return the line of a target and its words; nothing without one. ``is_upright``: values go upwards."""
    if not target:
        return []
    rows = [{"at": target["value"], "title": target.get("title", "")}]
    where: Encoding = {"y": altair.Y("at:Q")} if is_upright else {"x": altair.X("at:Q")}
    upright = {"align": "right", "baseline": "bottom", "x": "width", "dy": -3}
    alignment = upright if is_upright else {"align": "left", "baseline": "bottom", "y": 0, "dx": 4}
    return [
        mark("rule", rows, where),
        *haloed(rows, {**where, "text": altair.Text("title:N")}, **alignment),
    ]


NAMES = (*COLOUR_TOKENS, "brand", "signal", "open", "internal", "ok", "warn", "bad", "ink", "ink-3", "line-2")
COLOURS: Schema = {
    "type": "object",
    "title": _("Couleurs"),
    "description": "Colours of values, by code: names of design tokens.",
    "additionalProperties": {"enum": list(NAMES)},
    "maxProperties": 100,
}
# Twice the colours of the palette: more values than that are a code list, of which a panel shows some.
_MAX_APART = 2 * len(LINES)


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


def with_distinct_colours(categories: Sequence[Category]) -> tuple[Category, ...]:
    """Return categories with distinct colours: the first of a colour keeps it, the others take distinct ones.

    Strengths of one colour are not distinguishable across a map, nor two names of one brown. A long code list keeps its
    colours, since there are not enough; pass only the values that are drawn.
    """
    if len(categories) > _MAX_APART:
        return tuple(categories)
    own: dict[int, str] = {}
    tokens = set[str]()
    for at, each in enumerate(categories):
        name = token(each.token, each.strength)
        if each.token not in tokens and are_apart(name, own.values()):
            own[at] = name
        tokens.add(each.token)
    colours, used = [], list(own.values())
    for at, each in enumerate(categories):
        if at in own:
            colours.append(each)
            continue
        other = _distinct(used)
        used.append(other)
        colours.append(replace(each, token=other.removeprefix("token:"), strength=1.0))
    return tuple(colours)


def _distinct(used: Sequence[str]) -> str:
    """Return a colour that is told from the used ones: that of a line where one is, else the farthest of all."""
    line = next((name for name in LINES if are_apart(name, used)), "")
    return line or max(
        (token(name) for name in COLOUR_TOKENS),
        key=lambda name: min(least_difference(name, each) for each in used),
    )


def colours_of(
    request: PanelRequest, key: ResultColumn, values: Sequence[Scalar], palette: Sequence[str] = SERIES
) -> list[str]:
    """Return the colour of each value of a key, as names; a value that nothing names differs from the named ones."""
    chosen: Mapping[str, Any] = request.option("colours", {})
    style = request.scope.style
    codes = ["" if value is None else str(value) for value in values]
    categories = style.categories
    if len(categories) > _MAX_APART:
        categories = tuple(each for each in categories if each.value in codes)
    map_colours = {each.value: token(each.token, each.strength) for each in with_distinct_colours(categories)}
    layer_colours = map_colours if style.field == key.name and not request.question.relation else {}
    named = {code: token(chosen[code]) if code in chosen else layer_colours.get(code, "") for code in codes}
    used = [name for name in named.values() if name]
    free = cycle([name for name in palette if are_apart(name, used)] or palette)
    return [named[code] or next(free) for code in codes]


def end_alignment(*, is_under: bool, is_alone: bool) -> dict[str, Any]:
    """Return where the words of an end stand: those of two ends never on each other, however close."""
    if is_alone:
        return {"align": "left", "dx": 10}
    return {"align": "left", "dx": 10, "baseline": "top" if is_under else "bottom"}
