"""The house theme of charts: type, grid and colours of the design tokens, and what every specification holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair

from dashboards.panels.charts.locale import chart_locale
from dashboards.panels.charts.palette import LINES, MAIN, RAMP

FONT = "Atkinson Hyperlegible Next Variable, Atkinson Hyperlegible Next, system-ui, sans-serif"
SMALL, LABEL = 12, 13
NUMBER_FORMAT, YEAR_FORMAT = ",.3~f", "d"


def specification(chart: altair.TopLevelMixin, *, height: int, description: str) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart that fills the width of its panel.

    ``height`` is in pixels; ``description`` is read by screen readers. Data are inlined in it.
    """
    found: dict[str, Any] = chart.to_dict(validate=False, context={"pre_transform": False})
    found["config"] = dict(_config())
    found.setdefault("width", "container")
    found.setdefault("height", height)
    found["autosize"] = {"type": "fit", "contains": "padding"}
    found["description"] = description
    found["background"] = None
    return found


def with_years(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart whose measure is a year: numbers of its axes are written without spaces."""
    config = spec["config"] | {"axisQuantitative": {"format": YEAR_FORMAT}}
    return {**spec, "config": config}


class _Rows(altair.InlineData):
    """Rows that are ours and do not change: Altair would look at each value, and copy it, for every mark."""

    _class_is_valid_at_instantiation = False

    def __deepcopy__(self, _memory: object = None) -> _Rows:
        return self


def source(rows: list[dict[str, Any]]) -> altair.InlineData:
    """Return rows as data inlined in a specification."""
    return _Rows(values=rows)


def _config() -> Mapping[str, Any]:
    return {
        "locale": chart_locale(),
        "font": FONT,
        "view": {"stroke": None},
        "numberFormat": NUMBER_FORMAT,
        "axis": {
            "labelColor": "token:ink-2", "labelFontSize": SMALL, "labelLimit": 200, "labelPadding": 6,
            "titleColor": "token:ink-2", "titleFontSize": SMALL, "titleFontWeight": "normal",
            "gridColor": "token:line", "domainColor": "token:line-2", "ticks": False, "domain": False,
        },
        "axisY": {"tickCount": 4},
        "axisX": {"labelFlush": True, "labelOverlap": True, "labelSeparation": 8, "labelAngle": 0, "grid": False},
        "axisQuantitative": {"format": NUMBER_FORMAT},
        "text": {"color": "token:ink", "fontSize": LABEL, "fontWeight": 600},
        "bar": {"color": MAIN, "cornerRadiusEnd": 2},
        "rect": {"color": MAIN},
        "line": {"color": MAIN, "strokeWidth": 2.5, "strokeCap": "round"},
        "area": {"color": MAIN, "line": True, "fillOpacity": 0.25},
        "point": {"color": MAIN, "filled": True, "size": 60},
        "rule": {"color": "token:ink", "strokeDash": [3, 3], "strokeWidth": 1.5},
        "arc": {"stroke": "token:paper", "strokeWidth": 2},
        "legend": {
            "labelColor": "token:ink", "labelFontSize": SMALL, "titleColor": "token:ink-2", "orient": "top",
            "title": None, "symbolSize": 110, "labelLimit": 220, "columns": 4,
        },
        "header": {"labelColor": "token:ink", "labelFontSize": LABEL, "labelFontWeight": 600, "title": None},
        "range": {"category": list(LINES), "heatmap": list(RAMP), "ramp": list(RAMP), "ordinal": list(RAMP)},
    }  # fmt: skip
