"""Marks of charts, made the same way by every kind: their rows inlined, their words said, their values written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import altair

from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import source

Encoding = Mapping[str, Any]
_SEVERAL, _LONG = 2, 6
"""Names that may share words, and the letters of the shared ones that are worth leaving out."""


def mark(kind: str, rows: Sequence[Row], encoding: Encoding, **properties: Any) -> altair.Chart:
    """Return a mark that says nothing by itself: ``kind`` is that of Vega-Lite (bar, line, text, …)."""
    chart = altair.Chart(source(list(rows)))
    made: altair.Chart = getattr(chart, f"mark_{kind}")(**{"aria": False, **properties}).encode(**encoding)
    return made


def said(kind: str, rows: Sequence[Row], encoding: Encoding, **properties: Any) -> altair.Chart:
    """Return a mark that the pointer and the keyboard reach: its words are those of its row, a click filters."""
    words = {"tooltip": altair.Tooltip("tip:N"), "description": altair.Description("tip:N")}
    return mark(kind, rows, {**encoding, **words}, aria=True, cursor="pointer", **properties)


def whole_steps(rows: Sequence[Row]) -> Any:
    """Return the least step of the axis of a measure: half a vehicle is on no axis."""
    return 1 if all(row["v0"] == int(row["v0"]) for row in rows) else altair.Undefined


def names_axis(names: Sequence[str], *, is_upright: bool) -> Any:
    """Return the axis of names: under upright bars, without the words that all begin with (« semaine du »)."""
    columns = zip(*(name.split(" ")[:-1] for name in names), strict=False)
    shared = [words[0] for words in takewhile(lambda words: len(set(words)) == 1, columns)]
    length = len(" ".join(shared))
    if not is_upright or len(names) < _SEVERAL or length < _LONG:
        return altair.Undefined
    return altair.Axis(labelExpr=f"slice(datum.label, {length + 1})")


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
    place = upright if is_upright else {"align": "left", "baseline": "bottom", "y": 0, "dx": 4}
    return [
        mark("rule", rows, where),
        *haloed(rows, {**where, "text": altair.Text("title:N")}, **place),
    ]
