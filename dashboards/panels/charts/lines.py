"""Lines and areas over time or over a number: their kind, their axis, their series with distinct strokes and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.marks import (
    ChartLegendLine,
    colours_of,
    integer_steps,
    interactive_mark,
    mark,
    target_line,
)
from dashboards.panels.charts.theme import (
    LINES,
    MAIN,
    NUMBER_FORMAT,
    SERIES,
    YEAR_FORMAT,
    height_of,
    specification,
)
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Groups, Row, by_total, read_groups, stacked_rows
from dashboards.panels.kinds import Fit, Glyph, KeyFamily, KeyRule, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.labels import is_number, is_year, label
from dashboards.panels.miniatures import lines_miniature
from dashboards.panels.tables import key_filter
from dashboards.sources.keys import is_ordered, time_key
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape
from layers.errors import InvalidParameter
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

_FORMATS = {"year": "%Y", "quarter": "%b %Y", "month": "%b %Y", "week": "%e %b", "day": "%e %b"}
_DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [5, 2], [1, 2], [12, 4], [3, 6])
DOTTED_POINTS = 60
"""Points of all series that are drawn as such; beyond, the line alone has room."""
_NAMES = 150
_NAMES_PART = 0.42
"""Pixels at the right of a chart for the names of its series, and the part of a narrow one that they take at most."""
_NAME, _AXIS, _LETTER, _APART = 17, 26, 7.5, 8
"""Pixels of the height of a name, of what stands under the lines, of a letter, and between a name and its line."""
_FEW, _SHORT, _FAR = 6, 14, 34
"""Names that stand at the ends of lines, their letters on a phone, and the pixels that one may be moved."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """``rows`` in the order of the axis; ``series`` with a colour and a page filter each, none for a single line.

    ``period`` is that of the axis, empty for numbers, which are perhaps years. ``is_filled`` draws areas, one on the
    other when there are many.
    """

    rows: list[Row]
    description: str
    height: int
    period: str = ""
    is_years: bool = False
    series: Sequence[str] = ()
    filters: Sequence[tuple[str, str] | None] = ()
    colours: Sequence[str] = ()
    is_filled: bool = False
    starts_at_zero: bool = True
    target: Mapping[str, Any] | None = None


def line_chart(chart: LineChart) -> dict[str, Any]:
    """Return the specification of lines or areas: a period that is not over is a hollow mark, and no part of them.

    A line that leads to a day of a month reads as a fall.
    """
    kind = "area" if chart.is_filled else "line"
    encoding = _encoding(chart)
    over = [row for row in chart.rows if not row.get("running")]
    running = [] if chart.is_filled else [row for row in chart.rows if row.get("running")]
    own = {} if chart.series else {"color": MAIN}
    layers = [mark(kind, over, encoding | _stroke(chart), **_look(chart))]
    if len(chart.rows) <= DOTTED_POINTS:
        layers.append(interactive_mark("point", over, encoding, **own))
    if running:
        layers.append(interactive_mark("point", running, encoding, filled=False, strokeWidth=1.5, **own))
    layers += [*_names(chart, encoding), *target_line(chart.target, is_upright=True)]
    return specification(altair.layer(*layers), height=chart.height, description=chart.description)


def _look(chart: LineChart) -> dict[str, Any]:
    if not chart.is_filled:
        return {}
    return {"fillOpacity": 0.75, "stroke": "token:paper", "strokeWidth": 1.5} if chart.series else {}


def _stroke(chart: LineChart) -> dict[str, Any]:
    if not chart.series or chart.is_filled:
        return {}
    scale = altair.Scale(domain=list(chart.series), range=[_DASHES[n % 8] for n in range(len(chart.series))])
    return {"strokeDash": altair.StrokeDash("l1:N", scale=scale, legend=None)}


def _encoding(chart: LineChart) -> dict[str, Any]:
    stack: Any = "zero" if chart.is_filled and chart.series else None
    encoding: dict[str, Any] = {
        "x": axis_over(
            chart.period,
            room=_room(chart),
            is_years=chart.is_years,
        ),
        "y": altair.Y(
            "v0:Q",
            title=None,
            stack=stack,
            axis=altair.Axis(tickMinStep=integer_steps(chart.rows)),
            scale=altair.Scale(zero=chart.starts_at_zero),
        ),
    }
    if chart.series:
        scale = altair.Scale(domain=list(chart.series), range=list(chart.colours))
        encoding["color"] = altair.Color("l1:N", scale=scale, sort=list(chart.series))
        if not chart.is_filled:
            encoding["order"] = altair.Order("k0:T" if chart.period else "k0:Q")
    return encoding


def has_names(chart: LineChart) -> bool:
    """Whether names stand at the ends of lines: few, short, at one place, none far from its line; else a legend."""
    if not chart.series or chart.is_filled or not chart.rows:
        return False
    ends = _ends(chart)
    is_short = max(map(len, chart.series)) <= _SHORT and len(ends) == len(chart.series) <= _FEW
    if not is_short or len({row["k0"] for row in ends}) > 1:
        return False
    return all(abs(shift) <= _FAR for _rows, shift in _apart(chart, ends))


def _ends(chart: LineChart) -> list[Row]:
    """Return the last row of each series whose period is over, at the end of the axis where one follows that is not."""
    over = [row for row in chart.rows if not row.get("running")] or chart.rows
    last = {row["l1"]: row for row in sorted(over, key=lambda row: row["k0"])}
    last_key = max(row["k0"] for row in over)
    end = max(row["k0"] for row in chart.rows)
    return [{**row, "k0": end} if row["k0"] == last_key else row for row in last.values()]


def _room(chart: LineChart) -> int:
    """Return the pixels that the names of lines take at their end."""
    if not has_names(chart):
        return 0
    return min(round(_LETTER * max(map(len, chart.series))) + 2 * _APART, _NAMES)


def names_width(room: int) -> str:
    """Return the width of what stands at the right of lines: ``room`` pixels, less of a narrow chart."""
    return f"min({room}, {_NAMES_PART} * width)"


def axis_over(period: str, *, room: int = 0, is_years: bool = False) -> altair.X:
    """Return the axis of a period, the same in every time zone, or of a number, with ``room`` at its right.

    Numbers that are years (``is_years``) are written without spaces.
    """
    ends: Any = [0, altair.expr(f"width - {names_width(room)}")] if room else altair.Undefined
    if not period:
        form = (
            altair.Axis(format=YEAR_FORMAT, tickMinStep=1) if is_years else altair.Axis(format=NUMBER_FORMAT)
        )
        return altair.X("k0:Q", title=None, axis=form, scale=altair.Scale(zero=False, range=ends))
    axis = altair.Axis(format=_FORMATS[period], tickCount="year" if period == "year" else 6)
    return altair.X("k0:T", title=None, axis=axis, scale=altair.Scale(type="utc", range=ends))


def _names(chart: LineChart, encoding: dict[str, Any]) -> list[altair.Chart]:
    """Write the name of each series at its last point, moved apart from those that are close; a click filters by it."""
    if not has_names(chart):
        return []
    own = dict(zip(chart.series, chart.filters, strict=True)) if chart.filters else {}
    words = {**encoding, "text": altair.Text("l1:N")}
    layers = []
    for rows, shift in _apart(chart, _ends(chart)):
        named = [
            {**row, "tip": row["l1"], "filters": [list(each)] if (each := own.get(row["l1"])) else []}
            for row in rows
        ]
        limit = altair.expr(f"{names_width(_room(chart))} - {_APART}")
        alignment = {"align": "left", "dx": _APART, "dy": shift, "limit": limit}
        rim = {"stroke": "token:paper", "strokeWidth": 3, "strokeJoin": "round"}
        layers += [
            mark("text", named, words, **rim, **alignment),
            interactive_mark("text", named, words, **alignment),
        ]
    return layers


def _apart(chart: LineChart, ends: Sequence[Row]) -> Iterator[tuple[list[Row], int]]:
    """Yield the ends of lines by how many pixels down their names are moved, so that none lies on another."""
    values = [row["v0"] for row in chart.rows] + [0.0] * chart.starts_at_zero
    target = (chart.target or {}).get("value")
    values += [] if target is None else [float(target)]
    low, high = min(values), max(values)
    room = max(chart.height - _AXIS, 1) / ((high - low) or 1)
    shifts: dict[int, list[Row]] = defaultdict(list)
    for day in {row["k0"] for row in ends}:
        rows = sorted((row for row in ends if row["k0"] == day), key=lambda row: -row["v0"])
        heights = [(high - row["v0"]) * room for row in rows]
        for row, height, moved in zip(rows, heights, spread(heights, _NAME), strict=True):
            shifts[round(moved - height)].append(row)
    for shift in sorted(shifts):
        yield shifts[shift], shift


def spread(heights: Sequence[float], apart: float) -> list[float]:
    """Return positions, in their order, moved to be ``apart``; a group that touches stays centred."""
    groups: list[tuple[float, int]] = []  # the middle of names that touch, and how many they are
    for height in heights:
        groups.append((height, 1))
        while len(groups) > 1:
            (above, many), (middle, count) = groups[-2:]
            if middle - above >= apart * (many + count) / 2:
                break
            groups[-2:] = [((above * many + middle * count) / (many + count), many + count)]
    return [middle + apart * (rank - (count - 1) / 2) for middle, count in groups for rank in range(count)]


class LinesKind(GroupsKind):
    """Lines or areas over periods, years or numbers, one a value of a second key."""

    template = "dashboards/panels/chart.html"
    shows_rows = False
    keys = KeyRule(1, 2, families=(KeyFamily.PERIODS, KeyFamily.YEARS, KeyFamily.BINS))
    has_series = True
    shape = Glyph.LINE

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source without anything to follow."""
        return "" if time_key(source) else _("aucune date ni aucun nombre à suivre ici.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question along a key that has an order, parted by its other key."""
        along = next((key for key in question.by if is_ordered(source, key)), "") or time_key(source)
        if question.series:
            return Fit(self.grouped(source, question, [along]))
        part = next((key for key in question.by if key != along), "") if len(question.by) > 1 else ""
        return Fit(self.grouped(source, question, [along, part]))

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return lines."""
        return lines_miniature(answer)


def read_lines(request: PanelRequest, *, is_filled: bool) -> PanelAnswer:
    """Return lines or areas over the first key, one a value of the second.

    Raises:
        InvalidParameter: the first key is neither a period nor a number.
    """
    groups = read_groups(request, keys=(1, 2), is_sorted=False)
    _check_axis(groups)
    palette = SERIES if is_filled else LINES
    parts = by_total(groups, 1) if len(groups.keys) > 1 else []
    colours = colours_of(request, groups.keys[1], parts, palette) if parts else []
    labels = [label(groups.keys[1], part, groups.words.titles) for part in parts]
    chart = LineChart(
        rows=[row for row in (stacked_rows(groups) if is_filled else groups.rows) if row["k0"] is not None],
        description=request.panel.title,
        height=height_of(request.panel, has_legend=bool(labels)),
        period=groups.keys[0].period,
        is_years=is_year(groups.keys[0]),
        series=labels,
        filters=[key_filter(groups.keys[1], part) for part in parts],
        colours=colours,
        is_filled=is_filled,
        starts_at_zero=request.option("zero", True),
        target=request.option("target"),
    )
    legend = [
        ChartLegendLine.of(words, colour, key_filter(groups.keys[1], part))
        for words, colour, part in zip(labels, colours, parts, strict=True)
    ]
    left_out = _("Sans la période en cours, incomplète : %s.")
    hollow = _("Cercle vide : la période en cours, incomplète : %s.")
    context = {"legend": () if has_names(chart) else legend}
    return groups.answer(line_chart(chart), context=context, running=left_out if is_filled else hollow)


def _check_axis(groups: Groups) -> None:
    key = groups.keys[0]
    if not (key.period or key.bins is not None or is_number(key)):
        raise InvalidParameter(
            _("Une courbe suit une période ou un nombre : « %s » n’en est pas.") % key.title, parameter="by"
        )
