"""The theme of charts: type, grid, colours of the design tokens, words of the axes, and the room that a panel has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from dashboards.documents.document import Panel
from interface.palette import colour, palette
from interface.wording import HARD_SPACE, NARROW_SPACE, is_source_language
from layers.lazy import lazy_module
from styles.colours import CLEARLY_APART, Vision, difference

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

FONT = "Atkinson Hyperlegible Next Variable, Atkinson Hyperlegible Next, system-ui, sans-serif"
SMALL, LABEL = 12, 13
NUMBER_FORMAT, YEAR_FORMAT = ",.3~f", "d"


def specification(chart: altair.TopLevelMixin, *, height: int, description: str) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart that fills the width of its panel.

    ``height`` is in pixels; ``description`` is read by screen readers. Data are inlined in it.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False, context={"pre_transform": False})
    spec["config"] = dict(_config())
    spec.setdefault("width", "container")
    spec.setdefault("height", height)
    spec["autosize"] = {"type": "fit", "contains": "padding"}
    spec["description"] = description
    spec["background"] = None
    return spec


def with_years(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart whose measure is a year: numbers of its axes are written without spaces."""
    return _with_axis_format(spec, YEAR_FORMAT)


def with_decimals(spec: Mapping[str, Any], decimals: int) -> dict[str, Any]:
    """Return a chart whose axes of amounts have so many decimals."""
    return _with_axis_format(spec, f",.{decimals}f")


def _with_axis_format(spec: Mapping[str, Any], form: str) -> dict[str, Any]:
    return {**spec, "config": spec["config"] | {"axisQuantitative": {"format": form}}}


def source(rows: list[dict[str, Any]]) -> altair.InlineData:
    """Return rows as data inlined in a specification."""
    return _rows_class()(values=rows)


@cache
def _rows_class() -> type[altair.InlineData]:
    class Rows(altair.InlineData):
        """Rows that are ours and do not change: Altair would look at each value, and copy it, for every mark."""

        _class_is_valid_at_instantiation = False

        def __deepcopy__(self, _memory: object = None) -> Rows:
            return self

    return Rows


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


_DATA = frozenset({"data", "datasets"})

# Measured by ``least_difference``: any two of the first differ by 8.5, of the second by 7.3, in both themes and for who
# sees colours otherwise.
SERIES = (
    "token:brand", "token:t-amenities*60", "token:c-blue", "token:c-plum*60", "token:c-forest", "token:t-territory*45",
    "token:c-amber", "token:t-people*60",
)  # fmt: skip
# Lines and points are thin: they keep the whole of their colour, and differ by their strokes and shapes too.
LINES = (
    "token:brand", "token:t-amenities", "token:c-blue", "token:c-forest", "token:c-plum", "token:c-brick",
    "token:c-navy", "token:c-magenta",
)  # fmt: skip
RAMP = ("token:brand*8", "token:brand*35", "token:brand*65", "token:brand")
MAIN, PALE, LATE, REST = "token:brand", "token:paper-3", "token:bad", "token:line-2*60"


@lru_cache(maxsize=4096)
def least_difference(one: str, other: str) -> float:
    """Return how far apart two colours are at least, to any vision and in both themes, in hundredths of OKLab."""
    themes = (palette(), palette(is_dark=True))
    pairs = [(colour(one, theme), colour(other, theme)) for theme in themes]
    return min(difference(*pair, vision) for pair in pairs for vision in Vision)


def are_apart(name: str, used: Iterable[str]) -> bool:
    """Whether a colour is told from all the used ones with ease."""
    return all(least_difference(name, each) >= CLEARLY_APART for each in used)


def coloured(specification: Any, colours: Mapping[str, str]) -> Any:
    """Return a specification whose names of tokens are colours; its data are left alone."""
    if isinstance(specification, str):
        return colour(specification, colours)
    if isinstance(specification, list | tuple):
        return [coloured(item, colours) for item in specification]
    if isinstance(specification, Mapping):
        return {
            name: part if name in _DATA else coloured(part, colours) for name, part in specification.items()
        }
    return specification


_FRENCH: Mapping[str, Any] = {
    "number": {
        "decimal": ",",
        "thousands": NARROW_SPACE,
        "grouping": [3],
        "currency": ["", f"{HARD_SPACE}€"],
        "percent": f"{HARD_SPACE}%",
        "minus": "−",
    },
    "time": {
        "dateTime": "%A %e %B %Y à %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["", ""],
        "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
        "months": [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre",
        ],
        "shortMonths": [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
        ],
    },
}  # fmt: skip
_ENGLISH: Mapping[str, Any] = {
    "number": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["£", ""], "minus": "−"},
    "time": {
        "dateTime": "%A %e %B %Y at %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        "months": [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ],
        "shortMonths": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    },
}  # fmt: skip


def chart_locale() -> Mapping[str, Any]:
    """Return the locale of Vega (``config.locale``, as of d3-format and d3-time-format)."""
    return _FRENCH if is_source_language() else _ENGLISH


ROW, AROUND, MIN = 96, 100, 110
SUBTITLE, NOTICE = 24, 40
COLUMN = 95
LEGEND = 34
MIN_BAR, MAX_BAR = 22, 40


def height_of(panel: Panel, *, has_legend: bool = False) -> int:
    """Return the height of a chart in pixels; its legend is under it. A page corrects it by the room that it has."""
    heights = {LEGEND: has_legend, SUBTITLE: panel.subtitle, NOTICE: panel.notice}
    return max(
        panel.height * ROW - AROUND - sum(height for height, is_there in heights.items() if is_there), MIN
    )


def width_of(panel: Panel) -> int:
    """Return the width of a chart in pixels on paper and in a picture: a page gives it that of its panel."""
    return panel.width * COLUMN


def rows_height(count: int, room: int) -> int:
    """Return the height of bars across: that of the panel, as far as they stay legible and do not look like walls."""
    return min(max(room, MIN_BAR * count), MAX_BAR * max(count, 2))
