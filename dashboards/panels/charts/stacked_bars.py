"""Bars cut into parts: the specification of the chart, and the answer of the groups of two keys that it draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from dashboards.panels.charts.marks import (
    ChartLegendLine,
    colours_of,
    haloed,
    integer_steps,
    interactive_mark,
    names_axis,
    with_distinct_ends,
)
from dashboards.panels.charts.theme import height_of, rows_height, specification
from dashboards.panels.groups import Groups, Row, by_total, in_order, is_running_total, stacked_rows
from dashboards.panels.kinds import PanelAnswer
from dashboards.panels.labels import label
from dashboards.panels.queries import is_in_order, measures_of
from dashboards.panels.tables import key_filter
from layers.errors import InvalidParameter
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

_SIDES = 2


def stacked_answer(groups: Groups, *, notes: Sequence[str] = ()) -> PanelAnswer:
    """Return the answer of a panel that draws groups of two keys: a bar for each of the first, cut by the second."""
    request = groups.request
    first, second = groups.keys
    is_mirrored = request.option("mirrored", False)
    parts = _sides(groups) if is_mirrored else by_total(groups, 1)
    colours = colours_of(request, second, parts)
    labels = [label(second, part, groups.words.titles) for part in parts]
    is_total = is_running_total(measures_of(groups.result)[0])
    chart = StackedChart(
        rows=stacked_rows(groups) if is_total else groups.rows,
        description=request.panel.title,
        height=height_of(request.panel, has_legend=True),
        names=[label(first, value, groups.words.titles) for value in _names(groups, is_mirrored=is_mirrored)],
        parts=labels,
        colours=colours,
        is_upright=is_in_order(request.question) and not is_mirrored,
        is_share=request.option("share", False) and not is_mirrored,
        is_mirrored=is_mirrored,
    )
    legend = [
        ChartLegendLine.of(words, colour, key_filter(second, part))
        for words, colour, part in zip(labels, colours, parts, strict=True)
    ]
    return groups.answer(stacked_chart(chart), context={"legend": legend}, notes=notes)


def _sides(groups: Groups) -> list[Any]:
    """Return the two values of the second key, the left one first: in the order of the document, else of their words.

    Raises:
        InvalidParameter: there are others.
    """
    values = by_total(groups, 1)
    if len(values) > _SIDES:
        raise InvalidParameter(
            _("Des barres en miroir ont deux parts ; « %(field)s » en a %(count)d.")
            % {"field": groups.keys[1].title, "count": len(values)},
            parameter="by",
        )
    by_words = sorted(values, key=lambda value: label(groups.keys[1], value, groups.words.titles))
    return in_order(groups.request, by_words, lambda value: value)


def _names(groups: Groups, *, is_mirrored: bool) -> list[Any]:
    """Return the values of the first key from top to bottom; a mirror has the last bin at the top, as ages are read."""
    values = by_total(groups, 0)
    return values[::-1] if is_mirrored and is_in_order(groups.request.question) else values


_LETTER, _RIM, _LINE, _BAND = 7.2, 6, 16, 0.9
"""Pixels of a letter of a value, of what stands around it, of a line of words; part of its step that a bar takes."""


@dataclass(frozen=True, slots=True)
class StackedChart:
    """``names`` and ``parts`` in their order, with a colour a part; ``is_share`` stretches every bar to the whole.

    ``is_mirrored`` draws the first part to the left of zero.
    """

    rows: list[Row]
    description: str
    height: int
    names: Sequence[str]
    parts: Sequence[str]
    colours: Sequence[str]
    is_upright: bool = False
    is_share: bool = False
    is_mirrored: bool = False


def stacked_chart(chart: StackedChart) -> dict[str, Any]:
    """Return the specification of stacked bars."""
    rows = [{**row, "rank": chart.parts.index(row["l1"])} for row in chart.rows]
    if chart.is_mirrored:
        rows = [{**row, "v0": -row["v0"]} if row["rank"] == 0 else row for row in rows]
    layers = [
        interactive_mark("bar", rows, _encoding(chart, is_text=False), stroke="token:paper", strokeWidth=1.5),
        *haloed(_roomy(chart, rows), _encoding(chart, is_text=True)),
    ]
    height = chart.height if chart.is_upright else rows_height(len(chart.names), chart.height)
    spec = specification(altair.layer(*layers), height=height, description=chart.description)
    return spec if chart.is_upright else with_distinct_ends(spec, chart.names)


def _encoding(chart: StackedChart, *, is_text: bool) -> dict[str, Any]:
    names: Any = altair.X if chart.is_upright else altair.Y
    values: Any = altair.Y if chart.is_upright else altair.X
    axis = (
        altair.Axis(grid=True, format="%")
        if chart.is_share
        else altair.Axis(grid=True, tickMinStep=integer_steps(chart.rows))
    )
    band = {"bandPosition": 0.5} if is_text else {}
    amount = values(
        "v0:Q",
        stack="normalize" if chart.is_share else "zero",
        axis=axis if chart.is_upright else None,
        title=None,
        **band,
    )
    scale = altair.Scale(domain=list(chart.parts), range=list(chart.colours))
    text_in_bars = altair.condition(_has_room(chart), altair.Text("w0:N"), altair.value(""))
    words = {"text": text_in_bars, "detail": altair.Detail("l1:N")}
    named = names_axis(chart.names, is_upright=chart.is_upright)
    return {
        "x" if chart.is_upright else "y": names("l0:N", sort=list(chart.names), title=None, axis=named),
        "y" if chart.is_upright else "x": amount,
        "order": altair.Order("rank:Q"),
        **(words if is_text else {"color": altair.Color("l1:N", scale=scale, sort=list(chart.parts))}),
    }


def _roomy(chart: StackedChart, rows: list[Row]) -> list[Row]:
    """Return the rows with ``part``: how much of the longest bar each is, of its own where every bar is the whole."""
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["l0"]] = sums.get(row["l0"], 0) + abs(row["v0"])
    longest = max(sums.values(), default=0)
    wholes = {name: own if chart.is_share else longest for name, own in sums.items()}
    return [{**row, "part": abs(row["v0"]) / (wholes[row["l0"]] or 1)} for row in rows]


def _has_room(chart: StackedChart) -> str:
    """Return the condition under which a part holds its words, whatever the width that the page gives to the chart.

    Parts too small for them still take their place.
    """
    words = f"{_LETTER} * length(datum.w0) + {_RIM}"
    if chart.is_upright:
        return f"{_BAND} * width / {max(len(chart.names), 1)} > {words} && datum.part * height > {_LINE}"
    return f"datum.part * width > {words}"
